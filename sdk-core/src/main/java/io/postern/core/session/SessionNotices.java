package io.postern.core.session;

import io.postern.core.notice.Notices;
import io.postern.core.notice.Notices.Telling;
import io.postern.core.person.People;
import io.postern.core.store.Tx;
import io.postern.notice.Notice;
import io.postern.person.Person;
import jakarta.inject.Inject;
import java.util.Optional;

/** Tells the owner of a session what became of it. */
final class SessionNotices {
  private final Notices notices;
  private final People people;

  @Inject
  SessionNotices(Notices notices, People people) {
    this.notices = notices;
    this.people = people;
  }

  void tell(Tx tx, SessionRow row, Notice.Kind kind, String what, String why) {
    String subject = "Your session on " + row.itemName() + " " + what;
    notices.tell(
        tx,
        new Telling(
            Optional.of(row.owner()),
            emailOf(row),
            row.language(),
            kind,
            row.subject(),
            subject,
            why.isEmpty() ? subject : subject + ": " + why,
            Optional.empty()));
  }

  /** A directory that fails must not keep a session from ending: the inbox needs no address. */
  private String emailOf(SessionRow row) {
    try {
      return people.find(row.owner()).map(Person::email).orElse("");
    } catch (RuntimeException e) {
      return "";
    }
  }
}
