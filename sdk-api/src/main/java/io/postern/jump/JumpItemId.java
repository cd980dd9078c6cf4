package io.postern.jump;

import io.postern.text.Text;

/** Which jump item. Chosen by whoever adds the item; 1 to 200 characters. */
public record JumpItemId(String value) {
  public JumpItemId {
    value = Text.id(value, "jump item id");
  }

  /**
   * This id, in Unicode NFC; IllegalArgumentException unless it has 1 to 200 characters without
   * control characters and without spaces at its ends.
   */
  public static JumpItemId of(String value) {
    return new JumpItemId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
