package io.postern.jump;

import io.postern.text.Text;

/** Which jump group. */
public record JumpGroupId(String value) {
  public JumpGroupId {
    value = Text.id(value, "jump group id");
  }

  public static JumpGroupId of(String value) {
    return new JumpGroupId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
