package io.postern.person;

import io.postern.text.Text;

/** The host's identifier of an organisation, in Unicode NFC, 1 to 200 characters. */
public record OrganisationId(String value) {
  public OrganisationId {
    value = Text.id(value, "organisation id");
  }

  /**
   * This id, in Unicode NFC; IllegalArgumentException unless it has 1 to 200 characters without
   * control characters and without spaces at its ends.
   */
  public static OrganisationId of(String value) {
    return new OrganisationId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
