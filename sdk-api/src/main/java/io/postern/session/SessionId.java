package io.postern.session;

import io.postern.text.Text;

/** Which session. Made by Postern; sorts by time of creation. */
public record SessionId(String value) {
  public SessionId {
    value = Text.id(value, "session id");
  }

  public static SessionId of(String value) {
    return new SessionId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
