package io.postern.core.credential;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Journal;
import io.postern.core.store.ConstraintException;
import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import io.postern.credential.Lease;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import io.postern.person.PersonId;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.Optional;

/** What people do about leases that were given up, or that are to be tried earlier (ECM-11). */
final class HandWork {
  private final CheckOuts checkOuts;
  private final Silence silence;
  private final Holders holders;
  private final Database database;
  private final Journal journal;
  private final InstantSource clock;

  @Inject
  HandWork(
      CheckOuts checkOuts,
      Silence silence,
      Holders holders,
      Database database,
      Journal journal,
      InstantSource clock) {
    this.checkOuts = checkOuts;
    this.silence = silence;
    this.holders = holders;
    this.database = database;
    this.journal = journal;
    this.clock = clock;
  }

  Lease retry(PersonId person, LeaseId id) {
    try {
      database.change(tx -> dueNow(tx, person, id));
    } catch (ConstraintException e) {
      throw inTheWay(require(id), Optional.empty());
    }
    checkOuts.settleAtOnce(id);
    LeaseRow tried = require(id);
    if (tried.silences() == 0) {
      // The manager answered, whatever it said, so others need not wait either.
      silence.over(tried.credential().manager());
    }
    return tried.lease();
  }

  private boolean dueNow(Tx tx, PersonId person, LeaseId id) {
    LeaseRow row = require(tx, id);
    if (row.state() == State.RETURNING && row.isClaimed(clock.instant())) {
      return false; // it is being tried right now
    }
    if (row.state() != State.RETURNING && row.state() != State.IRREVOCABLE) {
      throw new PosternException(
          ErrorCode.ILLEGAL_CHANGE,
          "lease " + id + " is " + row.state() + " and owes nothing that could be tried");
    }
    if (row.state() == State.IRREVOCABLE && row.exclusive() && !row.late()) {
      Optional<LeaseRow> other = LeaseRows.out(tx, row.credential());
      if (other.isPresent()) {
        throw inTheWay(row, other);
      }
    }
    String assignments = "attempts = 0, silences = 0, node = null, due_at = ?";
    boolean done =
        row.state() == State.IRREVOCABLE
            ? LeaseRows.move(tx, row, State.RETURNING, assignments, clock.instant())
            : LeaseRows.update(tx, row, assignments, clock.instant());
    requireFirst(done, id);
    journal.write(tx, row.moving(person.value(), "lease.retried", State.RETURNING));
    return true;
  }

  void settled(PersonId person, LeaseId id, String reason) {
    database.change(
        tx -> {
          LeaseRow row = require(tx, id);
          requireStuck(row);
          boolean rotates = row.rotateAfter() && row.settledAt().isEmpty();
          requireFirst(rotates ? goesOnToRotate(tx, row) : isOver(tx, row), id);
          journal.write(
              tx,
              row.moving(
                      person.value(),
                      "lease.settled-by-hand",
                      rotates ? State.RETURNING : State.RETURNED)
                  .because(reason));
          return true;
        });
  }

  private boolean isOver(Tx tx, LeaseRow row) {
    return LeaseRows.move(
        tx,
        row,
        State.RETURNED,
        "settled_at = ?, silences = 0, node = null, due_at = null",
        row.settledAt().orElse(clock.instant()));
  }

  /**
   * Who gave it back knows nothing of the rotation, which other leases may have left to this one.
   */
  private boolean goesOnToRotate(Tx tx, LeaseRow row) {
    boolean givenUp = row.state() == State.IRREVOCABLE;
    String assignments =
        "settled_at = ?, late = ?, attempts = 0, silences = 0, last_failure = '', node = null,"
            + " due_at = ?";
    // One that was given up keeps the account from nobody: somebody may have it by now.
    Object[] values = {clock.instant(), row.late() || givenUp, clock.instant()};
    return givenUp
        ? LeaseRows.move(tx, row, State.RETURNING, assignments, values)
        : LeaseRows.update(tx, row, assignments, values);
  }

  private void requireStuck(LeaseRow row) {
    boolean overdue =
        row.state() == State.RETURNING && row.silences() > 0 && !row.isClaimed(clock.instant());
    if (row.state() != State.IRREVOCABLE && !overdue) {
      throw new PosternException(
          ErrorCode.ILLEGAL_CHANGE,
          "lease "
              + row.id()
              + " is "
              + row.state()
              + "; settled by hand is only one that was given up, which is IRREVOCABLE, or one whose"
              + " manager does not answer, while it is not being tried");
    }
  }

  private static void requireFirst(boolean first, LeaseId id) {
    if (!first) {
      throw new PosternException(
          ErrorCode.ILLEGAL_CHANGE, "lease " + id + " changed meanwhile; look at it again");
    }
  }

  private LeaseRow require(LeaseId id) {
    return database.read(tx -> require(tx, id));
  }

  private static LeaseRow require(Tx tx, LeaseId id) {
    return LeaseRows.find(tx, id)
        .orElseThrow(
            () ->
                new PosternException(
                    ErrorCode.LEASE_NOT_FOUND,
                    "there is no lease '" + id + "'; look at what is owed"));
  }

  /** A lease that was given up keeps the account from nobody. */
  private PosternException inTheWay(LeaseRow row, Optional<LeaseRow> other) {
    return new PosternException(
        ErrorCode.CREDENTIAL_CHECKED_OUT,
        "credential "
            + row.credential()
            + " was checked out again by "
            + other.map(LeaseRow::holder).map(holders::name).orElse("somebody")
            + "; try again when that has been checked in");
  }
}
