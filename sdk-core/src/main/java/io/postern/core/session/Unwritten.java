package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.session.EndReason;
import io.postern.session.SessionId;

/**
 * What somebody who may did to a session with connections here while the store could not be
 * written. It holds here at once, and is written when the store is back (rule SES-12).
 */
final class Unwritten {
  /** That it ends. */
  record End(EndReason reason, String why, String actor) {}

  /** That it is frozen. */
  record Freeze(String message, String actor) {}

  private Unwritten() {}

  /**
   * Whether this says that the store was away, rather than no. Where it is not known whether it was
   * written after all, that is looked at when it is written again.
   */
  static boolean isBy(PosternException fault) {
    return fault.code() == ErrorCode.STORE_UNAVAILABLE || fault.code() == ErrorCode.STORE_UNCERTAIN;
  }

  /** What whoever did it is told. */
  static PosternException told(SessionId id, String done, PosternException fault) {
    return new PosternException(
        fault.code(),
        "session "
            + id
            + ": "
            + done
            + "; the rest is done by itself when the store can be written again, unless this"
            + " process stops before: "
            + fault.getMessage(),
        fault);
  }
}
