package io.postern.approval;

import io.postern.text.Text;

/** Which access request. Made by Postern; sorts by time of creation. */
public record RequestId(String value) {
  public RequestId {
    value = Text.id(value, "request id");
  }

  /**
   * This id, in Unicode NFC; IllegalArgumentException unless it has 1 to 200 characters without
   * control characters and without spaces at its ends.
   */
  public static RequestId of(String value) {
    return new RequestId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
