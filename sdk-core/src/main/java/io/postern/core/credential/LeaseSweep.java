package io.postern.core.credential;

import io.postern.core.credential.Settlement.Outcome;
import io.postern.core.store.Database;
import io.postern.core.sweep.Sweep;
import io.postern.credential.Lease.State;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Gives back what is due: intents whose borrower died, check-outs whose time is over, what is owed
 * to managers, and secrets that must be renewed.
 *
 * <p>Each manager's leases are worked through on threads of that manager's, a few at once, and a
 * pass waits only a moment for them: a manager that hangs delays neither the others nor other
 * rooms' sweeps.
 */
final class LeaseSweep implements Sweep {
  private static final int BATCH = 100;

  /** So many batches in one pass; then the other things that are due look in. */
  private static final int BATCHES = 10;

  private static final int MOST_AT_ONCE = 4;

  /** After this long with leases of one kind it is looked whether there are others. */
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private final CredentialManagers managers;
  private final Settlement settlement;
  private final Renewal renewal;
  private final Returning returning;
  private final LateLoans lateLoans;
  private final LateRotations lateRotations;
  private final Database database;
  private final InstantSource clock;
  private final Duration patience;
  private final List<Future<Boolean>> running = new ArrayList<>();

  @Inject
  LeaseSweep(
      CredentialManagers managers,
      Settlement settlement,
      Renewal renewal,
      Returning returning,
      LateLoans lateLoans,
      LateRotations lateRotations,
      Database database,
      InstantSource clock) {
    this(
        managers,
        settlement,
        renewal,
        returning,
        lateLoans,
        lateRotations,
        database,
        clock,
        Duration.ZERO);
  }

  /**
   * @param patience how long a pass waits for the managers
   */
  LeaseSweep(
      CredentialManagers managers,
      Settlement settlement,
      Renewal renewal,
      Returning returning,
      LateLoans lateLoans,
      LateRotations lateRotations,
      Database database,
      InstantSource clock,
      Duration patience) {
    this.managers = managers;
    this.settlement = settlement;
    this.renewal = renewal;
    this.returning = returning;
    this.lateLoans = lateLoans;
    this.lateRotations = lateRotations;
    this.database = database;
    this.clock = clock;
    this.patience = patience;
  }

  @Override
  public String name() {
    return "leases";
  }

  @Override
  public synchronized boolean sweep() {
    lateLoans.keep();
    lateRotations.keep();
    List<String> due = database.read(tx -> LeaseRows.dueManagers(tx, clock.instant()));
    boolean more = false;
    for (String manager : due) {
      Optional<NamedProvider> provider = managers.find(manager);
      if (provider.isPresent()) {
        SettlingThreads threads = provider.get().settling();
        threads.submit(() -> sweepAll(manager, threads)).ifPresent(running::add);
      } else {
        // No plug-in, so nothing that could hang.
        more |= sweep(manager, Optional.empty());
      }
    }
    boolean moreOfThese = collect();
    return more || moreOfThese;
  }

  /** What the passes so far came to; one that runs on is asked again in the next. */
  private boolean collect() {
    long until = System.nanoTime() + patience.toNanos();
    boolean more = false;
    for (Iterator<Future<Boolean>> each = running.iterator(); each.hasNext(); ) {
      more |= SettlingThreads.answer(each.next(), until, each::remove).orElse(false);
    }
    return more;
  }

  /** One batch after the other, so that a backlog does not wait for the sweeper in between. */
  private boolean sweepAll(String manager, SettlingThreads threads) {
    boolean more = true;
    for (int batch = 0; more && batch < BATCHES; batch++) {
      more = sweep(manager, Optional.of(threads));
    }
    return more;
  }

  /**
   * Whether there may be more due of this manager. What is held comes first, because it ends: a
   * renewal must not wait behind thousands of leases that are to be given back. Nor do those wait
   * for a manager that renews nothing.
   */
  private boolean sweep(String manager, Optional<SettlingThreads> threads) {
    Instant now = clock.instant();
    boolean moreHeld =
        work(database.read(tx -> LeaseRows.dueOfHeld(tx, manager, now, BATCH)), threads);
    boolean moreOthers =
        work(database.read(tx -> LeaseRows.dueOfOthers(tx, manager, now, BATCH)), threads);
    return moreHeld || moreOthers;
  }

  /** Whether there may be more of these. */
  private boolean work(List<LeaseRow> rows, Optional<SettlingThreads> threads) {
    // One row is enough to find out whether a manager answers again; then several at once.
    for (int i = 0; i < rows.size(); i++) {
      if (i > 0 && threads.isPresent()) {
        return together(rows.subList(i, rows.size()), rows.size() == BATCH, threads.get());
      }
      if (act(rows.get(i)) == Outcome.MANAGER_SILENT) {
        return false;
      }
    }
    return rows.size() == BATCH;
  }

  /** As many of them as there is time for before something more urgent may be due. */
  private boolean together(List<LeaseRow> rows, boolean full, SettlingThreads threads) {
    long until = System.nanoTime() + LONGEST.toNanos();
    AtomicBoolean paused = new AtomicBoolean();
    boolean all =
        threads.together(
            rows,
            atOnce(),
            row -> {
              if (System.nanoTime() - until >= 0) {
                paused.set(true);
                return false;
              }
              return act(row) != Outcome.MANAGER_SILENT;
            });
    return all ? full : paused.get();
  }

  /** A quarter of what a manager takes at once: the rest is for people. */
  private int atOnce() {
    return Math.max(1, Math.min(MOST_AT_ONCE, managers.limits().atOnce() / 4));
  }

  private Outcome act(LeaseRow row) {
    Instant now = clock.instant();
    if (row.state() == State.RETURNING) {
      return settlement.settle(row);
    }
    boolean timeIsOver =
        row.endsByTime() && row.untilAt().filter(until -> !until.isAfter(now)).isPresent();
    if (row.state() == State.HELD && !timeIsOver) {
      return renewal.renew(row);
    }
    String why =
        timeIsOver ? "its time is over" : "whoever asked for it never said what became of it";
    database.change(tx -> returning.mark(tx, row, Settlement.ACTOR, why));
    return database
        .read(tx -> LeaseRows.find(tx, row.id()))
        .filter(found -> found.state() == State.RETURNING)
        .map(settlement::settle)
        .orElse(Outcome.WAITS);
  }
}
