package io.postern.core.credential;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.connector.Connectors;
import io.postern.core.credential.Lending.Borrowed;
import io.postern.core.jump.Judge.Admission;
import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import io.postern.credential.CandidateId;
import io.postern.credential.Lease;
import io.postern.credential.Lease.Purpose;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import io.postern.person.Person;
import io.postern.person.Privilege;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Exclusive accounts outside sessions (rules OUT-1, OUT-3, OUT-4). */
final class CheckOuts {
  private static final Logger log = LoggerFactory.getLogger(CheckOuts.class);

  private final Borrowing borrowing;
  private final Returning returning;
  private final Settlement settlement;
  private final Database database;
  private final InstantSource clock;

  @Inject
  CheckOuts(
      Borrowing borrowing,
      Returning returning,
      Settlement settlement,
      Database database,
      InstantSource clock) {
    this.borrowing = borrowing;
    this.returning = returning;
    this.settlement = settlement;
    this.database = database;
    this.clock = clock;
  }

  Lease checkOut(Person person, Admission admission, CandidateId credential, Duration lasting) {
    Duration most = admission.terms().maxDuration();
    if (lasting.isNegative() || lasting.isZero() || lasting.compareTo(most) > 0) {
      throw new PosternException(
          ErrorCode.INPUT_INVALID,
          "a check-out on '"
              + admission.item().name()
              + "' lasts more than nothing and at most "
              + most
              + ", asked for were "
              + lasting);
    }
    Borrowed borrowed =
        borrowing.borrow(
            Need.checkOut(
                person,
                Connectors.endpoint(admission.item()),
                credential,
                clock.instant().plus(lasting),
                admission.terms().rotateAfterUse(),
                admission.terms().simultaneousCheckOut()));
    // Nobody who checks an account out is given a secret (rule INJ-1).
    borrowed.credential().close();
    return database
        .read(tx -> LeaseRows.find(tx, borrowed.lease()))
        .map(LeaseRow::lease)
        .orElseThrow();
  }

  void checkIn(Person person, LeaseId id) {
    boolean marked = database.change(tx -> mark(tx, person, id));
    if (marked) {
      settleAtOnce(id);
    }
  }

  private boolean mark(Tx tx, Person person, LeaseId id) {
    boolean administers = person.may(Privilege.ADMINISTER_CREDENTIALS);
    LeaseRow row =
        LeaseRows.find(tx, id)
            .filter(found -> found.holder().equals(person.id()) || administers)
            .orElseThrow(
                () ->
                    new PosternException(
                        ErrorCode.LEASE_NOT_FOUND,
                        "you hold no check-out '" + id + "'; look at what you hold"));
    if (row.purpose() == Purpose.SESSION) {
      throw new PosternException(
          ErrorCode.ILLEGAL_CHANGE,
          "lease "
              + id
              + " belongs to session "
              + row.session().map(Object::toString).orElse("")
              + " and is given back when that ends; end the session");
    }
    boolean force = !row.holder().equals(person.id());
    return returning.mark(
        tx, row, person.id().value(), force ? "checked in by force" : "checked in");
  }

  /** What does not succeed now is owed, and the sweep tries again. */
  void settleAtOnce(LeaseId id) {
    try {
      database
          .read(tx -> LeaseRows.find(tx, id))
          .filter(row -> row.state() == State.RETURNING)
          .filter(row -> row.dueAt().filter(due -> !due.isAfter(clock.instant())).isPresent())
          .ifPresent(settlement::settle);
    } catch (PosternException e) {
      log.debug("check-in is left to the sweep lease={} code={}", id, e.code());
    }
  }
}
