package io.postern.core.credential;

import io.postern.PosternException;
import io.postern.core.credential.Settlement.Outcome;
import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import io.postern.credential.CandidateId;
import io.postern.credential.Candidates;
import io.postern.credential.Credential;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import io.postern.person.Person;
import io.postern.session.SessionId;
import io.postern.spi.connector.Endpoint;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lending from the managers that are configured. */
final class ProviderLending implements Lending {
  private static final Logger log = LoggerFactory.getLogger(ProviderLending.class);
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(20);

  private final Offers offers;
  private final Borrowing borrowing;
  private final Returning returning;
  private final Settlement settlement;
  private final Renewal renewal;
  private final SessionHearing hearing;
  private final Database database;
  private final InstantSource clock;

  @Inject
  ProviderLending(
      Offers offers,
      Borrowing borrowing,
      Returning returning,
      Settlement settlement,
      Renewal renewal,
      SessionHearing hearing,
      Database database,
      InstantSource clock) {
    this.offers = offers;
    this.borrowing = borrowing;
    this.returning = returning;
    this.settlement = settlement;
    this.renewal = renewal;
    this.hearing = hearing;
    this.database = database;
    this.clock = clock;
  }

  @Override
  public Candidates candidates(
      Person person, Endpoint endpoint, String search, boolean typingAllowed) {
    return offers.candidates(person, endpoint, search, typingAllowed);
  }

  @Override
  public Borrowed borrow(Loan loan) {
    return borrowing.borrow(Need.of(loan));
  }

  @Override
  public Credential again(Loan loan, LeaseId lease) {
    return borrowing.borrow(Need.again(loan, lease)).credential();
  }

  @Override
  public void loggedOn(Loan loan) {
    hearing.loggedOn(loan);
  }

  @Override
  public void giveBack(Tx tx, SessionId session, Duration headStart) {
    Instant due = clock.instant().plus(headStart);
    for (LeaseRow row : LeaseRows.ofSession(tx, session)) {
      boolean marked =
          returning.mark(tx, row, Settlement.ACTOR, "its session has ended", headStart);
      if (!marked && row.isUntried() && row.dueAt().filter(due::isBefore).isPresent()) {
        LeaseRows.update(tx, row, "due_at = ?", due);
      }
    }
  }

  @Override
  public void settle(SessionId session) {
    hearing.ended(session);
    try {
      List<LeaseRow> rows = database.read(tx -> LeaseRows.ofSession(tx, session));
      Set<CandidateId> kept = new HashSet<>();
      Set<String> silent = new HashSet<>();
      for (LeaseRow row : rows) {
        boolean mine =
            row.state() == State.RETURNING && (row.isUntried() || isDueBy(row, clock.instant()));
        if (mine && !silent.contains(row.credential().manager())) {
          if (settlement.settle(row) == Outcome.MANAGER_SILENT) {
            silent.add(row.credential().manager());
          }
        }
        kept.add(row.credential());
      }
      wakeWaiting(kept);
      awaitSweep(session);
    } catch (PosternException e) {
      log.debug("settling is left to the sweep session={} code={}", session, e.code());
    }
  }

  private static boolean isDueBy(LeaseRow row, Instant at) {
    return row.dueAt().filter(due -> !due.isAfter(at)).isPresent();
  }

  /**
   * What the sweep of this process took up first is waited for, so that who ends a session finds
   * everything given back when that went well.
   */
  private void awaitSweep(SessionId session) {
    long giveUpAt = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < giveUpAt && !Thread.currentThread().isInterrupted()) {
      boolean underWay =
          database.read(tx -> LeaseRows.ofSession(tx, session)).stream()
              .anyMatch(row -> row.state() == State.RETURNING && settlement.isClaimedHere(row));
      if (!underWay) {
        return;
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  /** A check-out that waited for this session's leases need not wait for its time. */
  private void wakeWaiting(Set<CandidateId> credentials) {
    if (credentials.isEmpty()) {
      return;
    }
    List<LeaseRow> waiting =
        database.read(
            tx -> credentials.stream().flatMap(one -> LeaseRows.out(tx, one).stream()).toList());
    // Not one that waits for a session of its own to let go of it.
    Instant soon = clock.instant().plus(Settlement.WAIT);
    for (LeaseRow row : waiting) {
      if (row.state() == State.RETURNING && row.isUntried() && isDueBy(row, soon)) {
        settlement.settle(row);
      }
    }
  }

  @Override
  public List<LeaseId> of(Tx tx, SessionId session) {
    return tx.list(
        "select id from lease where session = ? order by id",
        row -> LeaseId.of(row.text("id")),
        session);
  }

  @Override
  public void takeUp(String process) {
    Instant now = clock.instant();
    database.changeAtOnce(
        tx ->
            tx.run(
                "update lease set node = null, due_at = ?, version = version + 1"
                    + " where node = ? and due_at > ?",
                now,
                process,
                now));
  }

  @Override
  public void renew(SessionId session, Instant until) {
    renewal.renew(session, until);
  }
}
