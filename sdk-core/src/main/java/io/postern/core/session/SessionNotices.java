package io.postern.core.session;

import io.postern.core.notice.Notices;
import io.postern.core.notice.Notices.Telling;
import io.postern.core.store.Tx;
import io.postern.notice.Notice;
import jakarta.inject.Inject;
import java.util.Optional;

/** Tells the owner of a session what became of it. */
final class SessionNotices {
  private final Notices notices;

  @Inject
  SessionNotices(Notices notices) {
    this.notices = notices;
  }

  void tell(Tx tx, SessionRow row, Notice.Kind kind, String what, String why) {
    String subject = "Your session on " + row.itemName() + " " + what;
    notices.tell(
        tx,
        new Telling(
            Optional.of(row.owner()),
            "",
            row.language(),
            kind,
            row.subject(),
            subject,
            why.isEmpty() ? subject : subject + ": " + why,
            Optional.empty()));
  }
}
