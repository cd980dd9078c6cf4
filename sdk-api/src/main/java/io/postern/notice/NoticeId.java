package io.postern.notice;

import io.postern.text.Text;

/** Which notice. Made by Postern; sorts by time of creation. */
public record NoticeId(String value) {
  public NoticeId {
    value = Text.id(value, "notice id");
  }

  /**
   * This id, in Unicode NFC; IllegalArgumentException unless it has 1 to 200 characters without
   * control characters and without spaces at its ends.
   */
  public static NoticeId of(String value) {
    return new NoticeId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
