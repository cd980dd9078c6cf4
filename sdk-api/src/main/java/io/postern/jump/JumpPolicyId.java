package io.postern.jump;

import io.postern.text.Text;

/** Which jump policy. */
public record JumpPolicyId(String value) {
  public JumpPolicyId {
    value = Text.id(value, "jump policy id");
  }

  public static JumpPolicyId of(String value) {
    return new JumpPolicyId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
