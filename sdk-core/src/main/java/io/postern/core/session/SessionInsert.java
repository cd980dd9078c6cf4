package io.postern.core.session;

import io.postern.core.approval.Requests;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.store.ConstraintException;
import io.postern.core.store.Database;
import io.postern.core.store.Database.Dialect;
import io.postern.core.store.Tx;
import io.postern.jump.JumpPolicy;
import io.postern.person.Person;
import io.postern.session.Ask;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Writes a new session with its reservation and audit entry. In PostgreSQL, where nobody must be
 * asked, that is one statement in one round trip: measured to bear up to twice as many starts as a
 * transaction of several.
 */
final class SessionInsert {
  /** What came of it. */
  enum Outcome {
    WRITTEN,
    /** No place is free in the span. */
    TAKEN,
    /** The item was changed since it was judged. */
    ITEM_CHANGED,
    /** This owner used the idempotency key before. */
    KEY_USED,
    /** The approval was revoked, or used by somebody else, since it was found. */
    APPROVAL_GONE
  }

  private static final String VALUES =
      "insert into session (id, item, item_name, owner, request, status, end_detail, reason, ticket,"
          + " language, created_at, starts_at, duration, claim_by, ends_at, frozen_message, extensions,"
          + " idempotency_key, ask_digest, start_when_approved, policy, node, due_at, version) select ?,"
          + " ?, ?, ?, cast(? as text), ?, '', ?, ?, ?, ?, cast(? as bigint), ?, cast(? as bigint),"
          + " cast(? as bigint), '', 0, cast(? as text), ?, ?, ?, cast(? as text), cast(? as bigint), 1"
          + " where exists (select 1 from jump_item where id = ? and version = ?)";

  private static final String AUDIT =
      "insert into audit (at, actor, action, subject, from_state, to_state, why, details)";

  private static final String ONE_STATEMENT_SHARED =
      "with s as (" + VALUES + " returning id) " + AUDIT + " select ?, ?, ?, ?, ?, ?, ?, ? from s";

  /** Ranges, as in the constraint: its index finds them, however many spans the item has had. */
  private static final String ONE_STATEMENT_RESERVED =
      "with place as (insert into reservation (session, item, place, taken_from, taken_until)"
          + " select ?, ?, p, ?, ? from (select min(p) as p from generate_series(0, ? - 1) p where not"
          + " exists (select 1 from reservation where item = ? and place = p and"
          + " int8range(taken_from, taken_until) && int8range(?, ?))) free where p is not null and exists"
          + " (select 1 from jump_item where id = ? and version = ?) on conflict do nothing returning"
          + " session), s as ("
          + VALUES
          + " and exists (select 1 from place) returning id) "
          + AUDIT
          + " select ?, ?, ?, ?, ?, ?, ?, ? from s";

  private final Database database;
  private final Reservations reservations;
  private final Requests requests;
  private final Journal journal;

  @Inject
  SessionInsert(Database database, Reservations reservations, Requests requests, Journal journal) {
    this.database = database;
    this.reservations = reservations;
    this.requests = requests;
    this.journal = journal;
  }

  /** Writes a session that nobody has to be asked for. */
  Outcome write(NewSession session) {
    if (database.dialect() != Dialect.POSTGRESQL) {
      return written(tx -> inSteps(tx, session));
    }
    Outcome outcome = caught(() -> database.changeAtOnce(tx -> inOneStatement(tx, session)));
    // One statement tries one place only, and somebody else may take just that one meanwhile.
    return outcome == Outcome.TAKEN && session.item().occupancy().places() > 1
        ? written(tx -> inSteps(tx, session))
        : outcome;
  }

  /** Writes a session that uses an approval, which must still hold in the same transaction. */
  Outcome underApproval(NewSession session, Person person, JumpPolicy terms) {
    return written(
        tx ->
            requests
                    .take(tx, person, session.item(), terms, session.request().orElseThrow())
                    .isEmpty()
                ? Outcome.APPROVAL_GONE
                : inSteps(tx, session));
  }

  /** Runs a transaction that writes a session, and undoes it unless the session was written. */
  Outcome written(Function<Tx, Outcome> work) {
    return caught(
        () ->
            database.change(
                tx -> {
                  Outcome outcome = work.apply(tx);
                  if (outcome != Outcome.WRITTEN) {
                    throw new NotWrittenException(outcome);
                  }
                  return outcome;
                }));
  }

  private static Outcome caught(Supplier<Outcome> write) {
    try {
      return write.get();
    } catch (NotWrittenException e) {
      return e.outcome();
    } catch (ConstraintException e) {
      if (e.constraint().contains("idempotency")) {
        return Outcome.KEY_USED;
      }
      throw e;
    }
  }

  /**
   * Writes a session inside a transaction that does more, such as opening its request. Whatever it
   * answers but WRITTEN, the transaction must not commit.
   */
  Outcome inSteps(Tx tx, NewSession session) {
    if (tx.run(VALUES, values(session).toArray()) == 0) {
      return Outcome.ITEM_CHANGED;
    }
    boolean free =
        session
            .reservation()
            .map(span -> reservations.reserve(tx, session.id(), session.item(), span))
            .orElse(true);
    if (!free) {
      return Outcome.TAKEN;
    }
    journal.write(tx, act(session));
    return Outcome.WRITTEN;
  }

  private Outcome inOneStatement(Tx tx, NewSession session) {
    List<Object> arguments = new ArrayList<>();
    session
        .reservation()
        .ifPresent(
            span ->
                arguments.addAll(
                    Arrays.asList(
                        session.id(),
                        session.item().id(),
                        span.from(),
                        span.until(),
                        session.item().occupancy().places(),
                        session.item().id(),
                        span.from(),
                        span.until(),
                        session.item().id(),
                        session.itemVersion())));
    arguments.addAll(values(session));
    arguments.addAll(journal.values(act(session)));
    boolean limited = session.reservation().isPresent();
    int written =
        tx.run(limited ? ONE_STATEMENT_RESERVED : ONE_STATEMENT_SHARED, arguments.toArray());
    if (written == 1) {
      return Outcome.WRITTEN;
    }
    return limited ? Outcome.TAKEN : Outcome.ITEM_CHANGED;
  }

  private static List<Object> values(NewSession session) {
    Ask ask = session.ask();
    Course course = session.course();
    return Arrays.asList(
        session.id(),
        session.item().id(),
        session.item().name(),
        session.owner(),
        session.request(),
        course.status(),
        ask.reason(),
        ask.ticket(),
        ask.language().toLanguageTag(),
        session.createdAt(),
        ask.start(),
        course.duration(),
        course.claimBy(),
        course.endsAt(),
        ask.idempotencyKey(),
        session.askDigest(),
        ask.isStartWhenApproved(),
        session.policy(),
        course.node(),
        course.dueAt(),
        session.item().id(),
        session.itemVersion());
  }

  private static Act act(NewSession session) {
    Act act =
        Act.of(session.owner().value(), "session.asked", "session:" + session.id())
            .moving("", session.course().status().name())
            .because(session.ask().reason())
            .with("item", session.item().id())
            .with("duration", session.course().duration());
    if (!session.ask().ticket().isEmpty()) {
      act = act.with("ticket", session.ask().ticket());
    }
    return session.request().isPresent() ? act.with("request", session.request().get()) : act;
  }
}
