package io.postern.session;

import io.postern.text.Text;

/** Which session. Made by Postern; sorts by time of creation. */
public record SessionId(String value) {
  public SessionId {
    value = Text.id(value, "session id");
  }

  /**
   * This id, in Unicode NFC; IllegalArgumentException unless it has 1 to 200 characters without
   * control characters and without spaces at its ends.
   */
  public static SessionId of(String value) {
    return new SessionId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
