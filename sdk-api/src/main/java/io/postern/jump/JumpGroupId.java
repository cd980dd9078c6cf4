package io.postern.jump;

import io.postern.text.Text;

/** Which jump group. */
public record JumpGroupId(String value) {
  public JumpGroupId {
    value = Text.id(value, "jump group id");
  }

  /**
   * This id, in Unicode NFC; IllegalArgumentException unless it has 1 to 200 characters without
   * control characters and without spaces at its ends.
   */
  public static JumpGroupId of(String value) {
    return new JumpGroupId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
