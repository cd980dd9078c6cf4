package io.postern.jump;

import io.postern.text.Text;

/** Which session policy. */
public record SessionPolicyId(String value) {
  public SessionPolicyId {
    value = Text.id(value, "session policy id");
  }

  /**
   * This id, in Unicode NFC; IllegalArgumentException unless it has 1 to 200 characters without
   * control characters and without spaces at its ends.
   */
  public static SessionPolicyId of(String value) {
    return new SessionPolicyId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
