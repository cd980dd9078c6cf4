package io.postern.jump;

import io.postern.text.Text;

/** Which session policy. */
public record SessionPolicyId(String value) {
  public SessionPolicyId {
    value = Text.id(value, "session policy id");
  }

  public static SessionPolicyId of(String value) {
    return new SessionPolicyId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
