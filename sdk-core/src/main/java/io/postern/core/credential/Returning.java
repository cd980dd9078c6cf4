package io.postern.core.credential;

import io.postern.core.audit.Journal;
import io.postern.core.store.Tx;
import io.postern.credential.Lease.State;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Marks leases as to be given back. Only writes; {@link Settlement} calls the manager. */
final class Returning {
  private final Journal journal;
  private final InstantSource clock;

  @Inject
  Returning(Journal journal, InstantSource clock) {
    this.journal = journal;
    this.clock = clock;
  }

  /**
   * Marks one lease; false when it was so already, or is over.
   *
   * @param actor who ends it
   * @param why in words, for the trail
   */
  boolean mark(Tx tx, LeaseRow known, String actor, String why) {
    Optional<LeaseRow> found = Optional.of(known);
    while (found.isPresent() && LeaseStates.mayBecome(found.get().state(), State.RETURNING)) {
      LeaseRow row = found.get();
      if (LeaseRows.move(
          tx,
          row,
          State.RETURNING,
          "attempts = 0, node = ?, due_at = ?",
          row.state() == State.INTENT ? row.node() : Optional.empty(),
          due(row))) {
        journal.write(tx, row.moving(actor, "lease.ended", State.RETURNING).because(why));
        return true;
      }
      // It changed meanwhile, such as from INTENT to HELD; what it is now is to be given back too.
      found = LeaseRows.find(tx, row.id());
    }
    return false;
  }

  /**
   * A lease that is INTENT waits until its call is surely over: before, there is nothing to give.
   */
  private Instant due(LeaseRow row) {
    Instant now = clock.instant();
    return row.state() == State.INTENT
        ? row.dueAt().filter(due -> due.isAfter(now)).orElse(now)
        : now;
  }
}
