package io.postern.core.notice;

import io.postern.core.store.Tx;
import io.postern.spi.notifier.Notifier;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Writes notices as rows; those with an address are due for delivery at once. */
final class JdbcNotices implements Notices {
  private final NoticeIds ids;
  private final InstantSource clock;
  private final boolean delivered;

  @Inject
  JdbcNotices(InstantSource clock, Optional<Notifier> notifier) {
    this.ids = new NoticeIds(clock);
    this.clock = clock;
    this.delivered = notifier.isPresent();
  }

  @Override
  public void tell(Tx tx, Telling telling) {
    Instant now = clock.instant();
    // Somebody whom the directory knows is looked up when the notice goes out: not in here, where a
    // directory that hangs would hold up the store.
    boolean due = delivered && (telling.person().isPresent() || !telling.email().isBlank());
    tx.run(
        "insert into notice (id, person, email, language, kind, about, subject, body, decidable,"
            + " at, seen, due_at, attempts, last_failure)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, 0, '')",
        ids.next(),
        telling.person().map(person -> person.value()).orElse(""),
        telling.email(),
        telling.language().toLanguageTag(),
        telling.kind(),
        telling.about(),
        telling.subject(),
        telling.body(),
        telling.decidable(),
        now,
        due ? Optional.of(now) : Optional.empty());
  }
}
