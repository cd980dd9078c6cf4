package io.postern.core.approval;

import io.postern.core.notice.Notices;
import io.postern.core.notice.Notices.Telling;
import io.postern.core.store.Tx;
import io.postern.notice.Notice;
import jakarta.inject.Inject;
import java.util.Locale;
import java.util.Optional;

/** Tells who asked what became of their request, without saying who decided (rule REQ-7). */
final class RequesterNotices {
  private final Notices notices;

  @Inject
  RequesterNotices(Notices notices) {
    this.notices = notices;
  }

  /**
   * @param what what happened to the request, to follow "Your request for …"
   * @param comment what was said with it, or an empty text
   */
  void tell(Tx tx, RequestRow row, Notice.Kind kind, String what, String comment) {
    String subject = "Your request for " + row.itemName() + " " + what;
    notices.tell(
        tx,
        new Telling(
            Optional.of(row.requester()),
            "",
            Locale.forLanguageTag(row.language()),
            kind,
            row.subject(),
            subject,
            comment.isEmpty() ? subject : subject + ".\n" + comment,
            Optional.empty()));
  }
}
