package io.postern.notice;

import io.postern.text.Text;

/** Which notice. Made by Postern; sorts by time of creation. */
public record NoticeId(String value) {
  public NoticeId {
    value = Text.id(value, "notice id");
  }

  public static NoticeId of(String value) {
    return new NoticeId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
