package io.postern.core.credential;

import io.postern.PosternException;
import io.postern.core.audit.Journal;
import io.postern.core.credential.Settlement.Outcome;
import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import io.postern.credential.Lease.State;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of a lease that could not be settled: another try, or, in the end, a person. */
final class Setbacks {
  private static final Logger log = LoggerFactory.getLogger(Setbacks.class);

  private final Database database;
  private final Journal journal;
  private final InstantSource clock;
  private final Alarms alarms;

  @Inject
  Setbacks(Database database, Journal journal, InstantSource clock, Alarms alarms) {
    this.database = database;
    this.journal = journal;
    this.clock = clock;
    this.alarms = alarms;
  }

  /** Whether the manager did not answer, which says nothing about the lease. */
  static boolean isSilence(PosternException failure) {
    return switch (failure.code()) {
      case CREDENTIAL_UNAVAILABLE, CREDENTIAL_TIMED_OUT, CREDENTIAL_THROTTLED, CLOSED -> true;
      default -> false;
    };
  }

  Outcome failed(LeaseRow row, PosternException failure) {
    return failed(row, failure, failures -> clock.instant().plus(Backoff.after(failures)), null);
  }

  /**
   * As {@link #failed(LeaseRow, PosternException)} while the call itself still runs: a process
   * keeps the lease.
   */
  Outcome failedButRuns(LeaseRow row, PosternException failure, String keeper, Instant until) {
    return failed(row, failure, failures -> until, keeper);
  }

  private Outcome failed(
      LeaseRow row, PosternException failure, IntFunction<Instant> again, @Nullable String keeper) {
    return isSilence(failure)
        ? silent(row, Why.of(failure), again, keeper)
        : refused(row, Why.of(failure), again, keeper);
  }

  /**
   * The manager did not answer, which says nothing about the lease: it is tried for as long as it
   * takes, and once that is long a person is called.
   */
  private Outcome silent(
      LeaseRow row, Why why, IntFunction<Instant> again, @Nullable String keeper) {
    int silences = row.silences() + 1;
    boolean call = silences == Backoff.MOST_TRIES;
    database.change(
        tx -> {
          boolean noted =
              LeaseRows.update(
                  tx,
                  row,
                  "silences = ?, last_failure = ?, node = ?, due_at = ?",
                  silences,
                  why.text(),
                  keeper,
                  again.apply(silences));
          if (noted && call) {
            journal.write(tx, row.act(Settlement.ACTOR, "lease.overdue").because(why.text()));
            alarms.overdue(tx, row, why);
          }
          return noted;
        });
    log.debug("manager is silent lease={} silences={} why={}", row.id(), silences, why.text());
    return Outcome.MANAGER_SILENT;
  }

  /** The manager may be configured elsewhere, or again: that it is not says nothing either. */
  Outcome nobody(LeaseRow row) {
    return silent(
        row,
        Why.of(
            "no credential manager '"
                + row.credential().manager()
                + "' is configured; configure it, or give the credential back by hand"),
        silences -> clock.instant().plus(Backoff.after(silences)),
        null);
  }

  /** The store said no: that may be so for ever, so after some tries only a person goes on. */
  private Outcome refused(
      LeaseRow row, Why why, IntFunction<Instant> again, @Nullable String keeper) {
    int failures = row.attempts() + 1;
    database.change(
        tx ->
            failures >= Backoff.MOST_TRIES
                ? giveUp(tx, row, why)
                : LeaseRows.update(
                    tx,
                    row,
                    "attempts = ?, silences = 0, last_failure = ?, node = ?, due_at = ?",
                    failures,
                    why.text(),
                    keeper,
                    again.apply(failures)));
    log.debug(
        "giving back was refused lease={} failures={} why={}", row.id(), failures, why.text());
    return Outcome.FAILED;
  }

  /** Ends the tries: a person must look. */
  void giveUp(LeaseRow row, String why) {
    database.change(tx -> giveUp(tx, row, Why.of(why)));
  }

  private boolean giveUp(Tx tx, LeaseRow row, Why why) {
    boolean done =
        LeaseRows.move(
            tx,
            row,
            State.IRREVOCABLE,
            "attempts = ?, silences = 0, last_failure = ?, node = null, due_at = null",
            row.attempts() + 1,
            why.text());
    if (done) {
      journal.write(
          tx,
          row.moving(Settlement.ACTOR, "lease.irrevocable", State.IRREVOCABLE).because(why.text()));
      alarms.givenUp(tx, row, why);
    }
    return done;
  }

  /** What of a failure is kept with the lease; it may be shown to people. */
  static String text(PosternException failure) {
    // PostgreSQL refuses the sign, and then no failure would ever be counted.
    String text = (failure.code() + ": " + failure.getMessage()).replace('\0', ' ');
    return text.substring(0, Math.min(text.length(), 1_000));
  }
}
