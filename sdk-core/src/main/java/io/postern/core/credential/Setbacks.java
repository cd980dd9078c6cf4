package io.postern.core.credential;

import io.postern.PosternException;
import io.postern.core.audit.Journal;
import io.postern.core.credential.Settlement.Outcome;
import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import io.postern.credential.Lease.State;
import jakarta.inject.Inject;
import java.time.InstantSource;
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

  Outcome failed(LeaseRow row, PosternException failure) {
    failed(row, text(failure));
    return switch (failure.code()) {
      case CREDENTIAL_UNAVAILABLE, CREDENTIAL_TIMED_OUT, CREDENTIAL_THROTTLED, CLOSED ->
          Outcome.MANAGER_SILENT;
      default -> Outcome.FAILED;
    };
  }

  Outcome failed(LeaseRow row, String why) {
    int failures = row.attempts() + 1;
    database.change(
        tx ->
            failures >= Backoff.MOST_TRIES
                ? giveUp(tx, row, why)
                : LeaseRows.update(
                    tx,
                    row,
                    "attempts = ?, last_failure = ?, node = null, due_at = ?",
                    failures,
                    why,
                    clock.instant().plus(Backoff.after(failures))));
    log.debug("giving back failed lease={} failures={} why={}", row.id(), failures, why);
    return Outcome.FAILED;
  }

  /** Ends the tries: a person must look. */
  void giveUp(LeaseRow row, String why) {
    database.change(tx -> giveUp(tx, row, why));
  }

  private boolean giveUp(Tx tx, LeaseRow row, String why) {
    boolean done =
        LeaseRows.move(
            tx,
            row,
            State.IRREVOCABLE,
            "attempts = ?, last_failure = ?, node = null, due_at = null",
            row.attempts() + 1,
            why);
    if (done) {
      journal.write(
          tx, row.moving(Settlement.ACTOR, "lease.irrevocable", State.IRREVOCABLE).because(why));
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
