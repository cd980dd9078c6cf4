package io.postern.person;

import io.postern.text.Text;

/** Who: the host's immutable identifier of a person, in Unicode NFC, 1 to 200 characters. */
public record PersonId(String value) implements Principal {
  public PersonId {
    value = Text.id(value, "person id");
  }

  /**
   * This id, in Unicode NFC; IllegalArgumentException unless it has 1 to 200 characters without
   * control characters and without spaces at its ends.
   */
  public static PersonId of(String value) {
    return new PersonId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
