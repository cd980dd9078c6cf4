package io.postern.core.credential;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.credential.Lending.Borrowed;
import io.postern.core.store.Database;
import io.postern.core.store.Database.Dialect;
import io.postern.core.store.Ids;
import io.postern.core.store.Tx;
import io.postern.credential.Candidate;
import io.postern.credential.Credential;
import io.postern.credential.Lease.Purpose;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import io.postern.session.SessionId;
import io.postern.spi.credential.CredentialProvider.Lent;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Lends: INTENT is committed before the manager is asked, HELD after it answered, so that whatever
 * breaks in between, somebody finds a row that says what may have been lent (rule ECM-11).
 */
final class Borrowing {
  private final CredentialManagers managers;
  private final Offers offers;
  private final CandidateCache cache;
  private final Lender lender;
  private final LateLoans lateLoans;
  private final NotLent notLent;
  private final LentEndpoints endpoints;
  private final LoanRefusals refusals;
  private final Database database;
  private final Journal journal;
  private final Ids ids;
  private final InstantSource clock;

  @Inject
  Borrowing(
      CredentialManagers managers,
      Offers offers,
      CandidateCache cache,
      Lender lender,
      LateLoans lateLoans,
      NotLent notLent,
      LentEndpoints endpoints,
      LoanRefusals refusals,
      Database database,
      Journal journal,
      Ids ids,
      InstantSource clock) {
    this.managers = managers;
    this.offers = offers;
    this.cache = cache;
    this.lender = lender;
    this.lateLoans = lateLoans;
    this.notLent = notLent;
    this.endpoints = endpoints;
    this.refusals = refusals;
    this.database = database;
    this.journal = journal;
    this.ids = ids;
    this.clock = clock;
  }

  /** What became of the wish to write an INTENT row: the row, or who is in the way. */
  private record Intent(LeaseRow row, Optional<LeaseRow> inTheWay) {}

  Borrowed borrow(Need need) {
    try {
      Candidate candidate =
          offers.require(need.person(), need.session(), need.endpoint(), need.credential());
      refusals.requirePossible(need, candidate);
      Intent intent = database.change(tx -> intend(tx, need, candidate));
      if (intent.inTheWay().isPresent()) {
        throw refusals.checkedOut(need, intent.inTheWay().get());
      }
      return ask(need, candidate, intent.row());
    } catch (PosternException e) {
      if (e.code() == ErrorCode.CREDENTIAL_NOT_A_CANDIDATE
          || e.code() == ErrorCode.CREDENTIAL_CHECKED_OUT) {
        writeRefusal(need, e);
      }
      throw e;
    }
  }

  private void writeRefusal(Need need, PosternException refusal) {
    try {
      journal.write(refusals.act(need, refusal));
    } catch (PosternException store) {
      refusal.addSuppressed(store);
    }
  }

  private Intent intend(Tx tx, Need need, Candidate candidate) {
    Instant now = clock.instant();
    need.session().ifPresent(session -> requireGoing(tx, session));
    need.again().ifPresent(lease -> requireHeld(tx, need, lease));
    boolean rides =
        need.again().isPresent()
            || (need.purpose() != Purpose.CHECK_OUT
                && LeaseRows.holdFast(tx, need.credential(), need.person().id()));
    LeaseRow row =
        LeaseRows.intent(
            new LeaseId(ids.next()),
            need.session(),
            need.person().id(),
            need.endpoint().item(),
            endpoints.write(need.endpoint()),
            need.credential(),
            candidate.username(),
            candidate.exclusive() && !rides,
            need.purpose(),
            need.rotateAfter(),
            need.until(),
            ids.process(),
            // Long after the call is over, so that nobody takes a slow one for a crashed one.
            now.plus(managers.claimSpan()));
    while (!LeaseRows.insert(tx, row, now)) {
      Optional<LeaseRow> inTheWay = LeaseRows.out(tx, need.credential());
      if (inTheWay.isPresent()) {
        return new Intent(row, inTheWay);
      }
      // It was given back between the two statements.
    }
    journal.write(
        tx, row.act(need.person().id().value(), "lease.intended").moving("", State.INTENT.name()));
    return new Intent(row, Optional.empty());
  }

  /**
   * Nothing is lent to a session that is over: its end has marked all leases there were, and nobody
   * would give this one back. The row is held, so that an end at the same instant comes after this
   * lease and sees it.
   */
  private static void requireGoing(Tx tx, SessionId session) {
    String locking = tx.dialect() == Dialect.POSTGRESQL ? " for share" : "";
    boolean over =
        tx.first(
                "select status from session where id = ?" + locking,
                row -> row.text("status"),
                session)
            .filter(status -> status.equals("ENDING") || status.equals("ENDED"))
            .isPresent();
    if (over) {
      throw new PosternException(
          ErrorCode.SESSION_ENDED, "session " + session + " has ended; start a new one");
    }
  }

  private static void requireHeld(Tx tx, Need need, LeaseId lease) {
    boolean theirs =
        LeaseRows.holdFast(tx, lease)
            && LeaseRows.find(tx, lease)
                .filter(row -> row.session().equals(need.session()))
                .filter(row -> row.holder().equals(need.person().id()))
                .filter(row -> row.credential().equals(need.credential()))
                .isPresent();
    if (!theirs) {
      throw new PosternException(
          ErrorCode.ILLEGAL_CHANGE,
          "lease "
              + lease
              + " of credential "
              + need.credential()
              + " is not held in this session any more; borrow the credential anew");
    }
  }

  private Borrowed ask(Need need, Candidate candidate, LeaseRow intent) {
    Lent lent;
    try {
      lent = lender.lend(need, candidate, intent);
    } catch (PosternException e) {
      if (e.code() == ErrorCode.CREDENTIAL_NOT_FOUND) {
        cache.forget(need.credential());
      }
      try {
        notLent.write(need, intent, e);
      } catch (PosternException store) {
        // The row stays INTENT and falls due; what the manager said matters more to the caller.
        e.addSuppressed(store);
      }
      throw e;
    }
    Credential credential = lent.credential();
    boolean handedOver = false;
    try {
      if (!held(need, intent, lent)) {
        lateLoans.owe(need, intent, lent.lease());
        throw new PosternException(
            ErrorCode.CREDENTIAL_TIMED_OUT,
            "credential "
                + need.credential()
                + " came when its lease "
                + intent.id()
                + " had been ended already; it is given back; try again");
      }
      handedOver = true;
      return new Borrowed(intent.id(), credential, candidate.signedOnUse());
    } finally {
      if (!handedOver) {
        credential.close();
      }
    }
  }

  /** What a store that fails does not write down is owed: nobody else knows what was lent. */
  private boolean held(Need need, LeaseRow intent, Lent lent) {
    try {
      return database.change(tx -> hold(tx, need, intent, lent));
    } catch (RuntimeException | Error e) {
      lateLoans.owe(need, intent, lent.lease());
      throw e;
    }
  }

  private boolean hold(Tx tx, Need need, LeaseRow intent, Lent lent) {
    Instant now = clock.instant();
    Optional<LeaseRow> row =
        LeaseRows.find(tx, intent.id()).filter(found -> found.state() == State.INTENT);
    boolean held =
        row.isPresent()
            && LeaseRows.move(
                tx,
                row.get(),
                State.HELD,
                "username = ?, reference = ?, renewable = ?, expires_at = ?, node = null, due_at = ?",
                lent.credential().username(),
                lent.lease().reference(),
                lent.lease().renewable(),
                lent.lease().expiresAt(),
                Renewal.dueAt(intent, lent.lease(), now));
    if (held) {
      Act act = intent.moving(need.person().id().value(), need.action(), State.HELD);
      act = act.with("username", lent.credential().username());
      if (need.purpose() == Purpose.VIEW) {
        // Counted where it is certain that it will be shown, in the same transaction.
        long times = Views.count(tx, need.credential(), need.person().id(), now);
        act = act.with("times", times).with("until", need.until()).because(need.reason());
      }
      journal.write(tx, act);
    }
    return held;
  }
}
