package io.postern.approval;

import io.postern.text.Text;

/** Which access request. Made by Postern; sorts by time of creation. */
public record RequestId(String value) {
  public RequestId {
    value = Text.id(value, "request id");
  }

  public static RequestId of(String value) {
    return new RequestId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
