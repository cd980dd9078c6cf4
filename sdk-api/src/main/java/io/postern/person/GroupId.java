package io.postern.person;

import io.postern.text.Text;

/** The host's identifier of a group of people, in Unicode NFC, 1 to 200 characters. */
public record GroupId(String value) implements Principal {
  public GroupId {
    value = Text.id(value, "group id");
  }

  /**
   * This id, in Unicode NFC; IllegalArgumentException unless it has 1 to 200 characters without
   * control characters and without spaces at its ends.
   */
  public static GroupId of(String value) {
    return new GroupId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
