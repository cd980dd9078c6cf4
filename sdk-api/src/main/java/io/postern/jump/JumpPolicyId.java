package io.postern.jump;

import io.postern.text.Text;

/** Which jump policy. */
public record JumpPolicyId(String value) {
  public JumpPolicyId {
    value = Text.id(value, "jump policy id");
  }

  /**
   * This id, in Unicode NFC; IllegalArgumentException unless it has 1 to 200 characters without
   * control characters and without spaces at its ends.
   */
  public static JumpPolicyId of(String value) {
    return new JumpPolicyId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
