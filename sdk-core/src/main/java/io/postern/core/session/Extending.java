package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.approval.Requests;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.credential.Lending;
import io.postern.core.jump.Items;
import io.postern.core.jump.Judge;
import io.postern.core.store.ConstraintException;
import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import io.postern.jump.JumpPolicy;
import io.postern.person.Person;
import io.postern.session.SessionId;
import io.postern.session.SessionStatus;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Makes an active session end later, where policy, approval and other reservations leave room
 * (rules RES-1, RES-2).
 */
final class Extending {
  private final Database database;
  private final SessionRows rows;
  private final Reservations reservations;
  private final Requests requests;
  private final Judge judge;
  private final Items items;
  private final Lending lending;
  private final LiveSessions live;
  private final Journal journal;
  private final InstantSource clock;

  @Inject
  Extending(
      Database database,
      SessionRows rows,
      Reservations reservations,
      Requests requests,
      Judge judge,
      Items items,
      Lending lending,
      LiveSessions live,
      Journal journal,
      InstantSource clock) {
    this.database = database;
    this.rows = rows;
    this.reservations = reservations;
    this.requests = requests;
    this.judge = judge;
    this.items = items;
    this.lending = lending;
    this.live = live;
    this.journal = journal;
    this.clock = clock;
  }

  /** What keeps a session from lasting longer. */
  private record Limit(Duration possible, String why) {}

  Instant extend(SessionId id, Person person, Duration more) {
    String owner = person.id().value();
    Instant until;
    try {
      until = write(id, person, more);
    } catch (PosternException e) {
      throw journal.refused(
          e,
          Act.of(owner, "session.extend.refused", "session:" + id)
              .because(e.code().name())
              .with("by", more));
    }
    lending.renew(id, until);
    return until;
  }

  private Instant write(SessionId id, Person person, Duration more) {
    if (more.compareTo(Duration.ofMillis(1)) < 0) {
      throw new PosternException(
          ErrorCode.EXTENSION_REFUSED, "an extension must be more than nothing, was " + more);
    }
    try {
      return database.change(tx -> extend(tx, id, person, more));
    } catch (ConstraintException e) {
      // In PostgreSQL somebody reserved the span between our look and our write.
      return again(id, person, more);
    }
  }

  private Instant again(SessionId id, Person person, Duration more) {
    try {
      return database.change(tx -> extend(tx, id, person, more));
    } catch (ConstraintException e) {
      throw new PosternException(
          ErrorCode.EXTENSION_REFUSED,
          "session "
              + id
              + " cannot be extended by "
              + more
              + ": the time after it is being reserved by others at this instant; try again",
          e);
    }
  }

  private Instant extend(Tx tx, SessionId id, Person person, Duration more) {
    SessionRow row = rows.lock(tx, id);
    SessionRows.requireConnectable(row, clock.instant());
    // Whoever lost the right since it began keeps the time they have, and gets no more.
    judge.admit(tx, person, row.item());
    if (row.status() != SessionStatus.ACTIVE) {
      throw new PosternException(
          ErrorCode.SESSION_NOT_AVAILABLE,
          "session " + id + " has not begun; connect first, its time runs from then");
    }
    // As it was reserved: what the item says now may differ, and nobody has made room for that.
    Duration cleanup = reservations.cleanupAfter(tx, id, row.course().endsAt().orElseThrow());
    Limit limit = limit(tx, row, cleanup);
    if (more.compareTo(limit.possible()) > 0) {
      throw new PosternException(
          ErrorCode.EXTENSION_REFUSED,
          "session "
              + id
              + " cannot be extended by "
              + more
              + ": "
              + limit.why()
              + "; "
              + (limit.possible().isZero() ? "no extension" : limit.possible() + " at most")
              + " would be possible");
    }
    Course extended = row.course().extended(more);
    Instant until = extended.endsAt().orElseThrow();
    reservations.endAt(tx, id, until, cleanup);
    SessionRow longer =
        rows.move(
            tx,
            row,
            SessionEvent.EXTEND,
            extended,
            Act.of(person.id().value(), "session.extended", row.subject())
                .with("by", more)
                .with("until", until));
    tx.afterCommit(() -> live.lasts(id, until, longer.version()));
    return until;
  }

  /** The closest of the limits: policy, approval, and the next reservation of the place. */
  private Limit limit(Tx tx, SessionRow row, Duration cleanup) {
    JumpPolicy terms = items.policy(row.policy());
    Instant end = row.course().endsAt().orElseThrow();
    if (row.course().extensions() >= terms.extensionTimes()) {
      return new Limit(
          Duration.ZERO,
          terms.extensionTimes() == 0
              ? "policy '" + terms.name() + "' allows no extension"
              : "policy '"
                  + terms.name()
                  + "' allows "
                  + terms.extensionTimes()
                  + (terms.extensionTimes() == 1
                      ? " extension and it was"
                      : " extensions and all were")
                  + " used");
    }
    Limit limit =
        new Limit(
            terms.extensionEach(),
            "policy '" + terms.name() + "' allows " + terms.extensionEach() + " each time");
    if (row.request().isPresent()) {
      Instant begun = row.course().activeSince().orElseThrow();
      Instant approved = requests.workTime(tx, row.request().get()).map(begun::plus).orElse(end);
      limit =
          closer(limit, end, approved, "the approval does not reach further; ask for a new one");
    }
    Optional<Instant> next = reservations.nextAfter(tx, row.id());
    if (next.isPresent()) {
      Instant free = next.get().minus(cleanup);
      limit = closer(limit, end, free, "another reservation begins at " + next.get());
    }
    return limit;
  }

  private static Limit closer(Limit limit, Instant end, Instant until, String why) {
    Duration room = Duration.between(end, until);
    Duration possible = room.isNegative() ? Duration.ZERO : room;
    return possible.compareTo(limit.possible()) < 0 ? new Limit(possible, why) : limit;
  }
}
