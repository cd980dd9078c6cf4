package io.postern.core.credential;

import io.postern.PosternException;
import io.postern.core.audit.Journal;
import io.postern.core.store.Database;
import io.postern.core.store.Ids;
import io.postern.core.store.Tx;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** What becomes of a lease whose loan failed. */
final class NotLent {
  private final CredentialManagers managers;
  private final LateLoans lateLoans;
  private final Database database;
  private final Journal journal;
  private final InstantSource clock;
  private final String node;

  @Inject
  NotLent(
      CredentialManagers managers,
      LateLoans lateLoans,
      Database database,
      Journal journal,
      Ids ids,
      InstantSource clock) {
    this.managers = managers;
    this.lateLoans = lateLoans;
    this.database = database;
    this.journal = journal;
    this.node = ids.process();
    this.clock = clock;
  }

  /** A failure without effect settles the lease; after any other it must be given back. */
  void write(Need need, LeaseRow intent, PosternException failure) {
    database.change(
        tx -> {
          boolean done = false;
          Optional<LeaseRow> row = intent(tx, intent.id());
          while (!done && row.isPresent()) {
            done = write(tx, need, row.get(), failure);
            // Else it changed meanwhile.
            row = intent(tx, intent.id());
          }
          return done;
        });
  }

  private static Optional<LeaseRow> intent(Tx tx, LeaseId id) {
    return LeaseRows.find(tx, id).filter(found -> found.state() == State.INTENT);
  }

  private boolean write(Tx tx, Need need, LeaseRow row, PosternException failure) {
    boolean nothingHappened = Lender.isWithoutEffect(failure);
    State to = nothingHappened ? State.RETURNED : State.RETURNING;
    Instant now = clock.instant();
    // What may yet be lent must not be given back before, and whoever finds it due would do that.
    boolean mayYetCome = !nothingHappened && lateLoans.isUnderWay(row.id());
    Instant due = mayYetCome ? now.plus(managers.claimSpan()) : now;
    boolean done =
        LeaseRows.move(
            tx,
            row,
            to,
            "last_failure = ?, settled_at = ?, node = ?, due_at = ?",
            Setbacks.text(failure),
            nothingHappened ? now : null,
            mayYetCome ? node : null,
            nothingHappened ? null : due);
    if (done) {
      journal.write(
          tx,
          row.moving(need.person().id().value(), "credential.not-lent", to)
              .because(failure.code().name()));
    }
    return done;
  }
}
