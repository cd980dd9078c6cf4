package io.postern.credential;

import io.postern.text.Text;

/** Which lease. Made by Postern; sorts by time of creation. */
public record LeaseId(String value) {
  public LeaseId {
    value = Text.id(value, "lease id");
  }

  public static LeaseId of(String value) {
    return new LeaseId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
