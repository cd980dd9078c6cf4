package io.postern.core.credential;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.text.Text;

/** Reasons that must be given, as they stand in the audit trail. */
final class Reasons {
  private static final int LONGEST = 1_000;

  private Reasons() {}

  /**
   * The reason without white space around it.
   *
   * @throws PosternException INPUT_INVALID
   */
  static String given(String reason, String what) {
    String stripped = reason.strip();
    if (stripped.isEmpty()) {
      throw new PosternException(
          ErrorCode.INPUT_INVALID, what + " needs a reason of 1 to " + LONGEST + " characters");
    }
    try {
      return Text.prose(stripped, "reason", LONGEST);
    } catch (IllegalArgumentException e) {
      throw new PosternException(ErrorCode.INPUT_INVALID, String.valueOf(e.getMessage()), e);
    }
  }
}
