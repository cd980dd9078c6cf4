package io.postern.core.credential;

import io.postern.core.audit.Journal;
import io.postern.core.store.Tx;
import io.postern.credential.Lease.State;
import jakarta.inject.Inject;
import java.time.Duration;
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
   * Marks one lease, due now; false when it was so already, or is over.
   *
   * @param actor who ends it
   * @param why in words, for the trail
   */
  boolean mark(Tx tx, LeaseRow known, String actor, String why) {
    return mark(tx, known, actor, why, Duration.ZERO);
  }

  /**
   * As {@link #mark(Tx, LeaseRow, String, String)}, and what is held is only due later.
   *
   * @param headStart how long whoever uses it has to stop using it, and to settle it then
   */
  boolean mark(Tx tx, LeaseRow known, String actor, String why, Duration headStart) {
    Optional<LeaseRow> found = Optional.of(known);
    while (found.filter(Returning::isOut).isPresent()) {
      LeaseRow row = found.get();
      if (LeaseRows.move(
          tx,
          row,
          State.RETURNING,
          "attempts = 0, silences = 0, node = ?, due_at = ?",
          row.state() == State.INTENT ? row.node() : Optional.empty(),
          due(row, headStart))) {
        journal.write(tx, row.moving(actor, "lease.ended", State.RETURNING).because(why));
        return true;
      }
      // It changed meanwhile, such as from INTENT to HELD; what it is now is to be given back too.
      found = LeaseRows.find(tx, row.id());
    }
    return false;
  }

  /** What was given back or given up is opened again only by who knows why. */
  private static boolean isOut(LeaseRow row) {
    return row.state() == State.INTENT || row.state() == State.HELD;
  }

  /**
   * A lease that is INTENT waits until its call is surely over: before, there is nothing to give.
   */
  private Instant due(LeaseRow row, Duration headStart) {
    Instant now = clock.instant();
    return row.state() == State.INTENT
        ? row.dueAt().filter(due -> due.isAfter(now)).orElse(now)
        : now.plus(headStart);
  }
}
