package io.postern.core.notice;

import io.postern.notice.NoticeId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The notices that could not be delivered, for those who look after Postern. */
interface UndeliveredNotices {
  /** The newest {@code most} whose last try failed. */
  List<Undelivered> list(int most);

  /**
   * A notice whose last try failed.
   *
   * @param email where it was to go
   * @param attempts how often it was tried
   * @param lastFailure what the notifier said
   * @param nextTry when it is tried again; empty when Postern has given up
   */
  record Undelivered(
      NoticeId id, String email, int attempts, String lastFailure, Optional<Instant> nextTry) {}
}
