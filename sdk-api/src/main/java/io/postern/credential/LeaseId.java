package io.postern.credential;

import io.postern.text.Text;

/** Which lease. Made by Postern; sorts by time of creation. */
public record LeaseId(String value) {
  public LeaseId {
    value = Text.id(value, "lease id");
  }

  /**
   * This id, in Unicode NFC; IllegalArgumentException unless it has 1 to 200 characters without
   * control characters and without spaces at its ends.
   */
  public static LeaseId of(String value) {
    return new LeaseId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
