package io.postern.core.session;

import io.postern.core.store.Tx;
import io.postern.jump.JumpItem;
import io.postern.session.SessionId;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Spans of time on items that bear only so many sessions. Spans are half-open and include the
 * item's cleanup time (rule SCH-6). In PostgreSQL an exclusion constraint has the last word, in
 * SQLite the single writer.
 */
final class Reservations {
  @Inject
  Reservations() {}

  /** A span that is wanted, cleanup included. */
  record Span(Instant from, Instant until) {}

  /** Takes a place; false when there is none free in the span. */
  boolean reserve(Tx tx, SessionId session, JumpItem item, Span span) {
    int places = item.occupancy().places();
    for (int place = 0; place < places; place++) {
      int taken =
          tx.run(
              "insert into reservation (session, item, place, taken_from, taken_until)"
                  + " select ?, ?, ?, ?, ? where not exists (select 1 from reservation where item = ?"
                  + " and place = ? and taken_from < ? and taken_until > ?) on conflict do nothing",
              session,
              item.id(),
              place,
              span.from(),
              span.until(),
              item.id(),
              place,
              span.until(),
              span.from());
      if (taken == 1) {
        return true;
      }
    }
    return false;
  }

  /**
   * When the first of the spans that are in the way ends; empty while a place is free all the span
   * long.
   */
  Optional<Instant> blockedUntil(Tx tx, JumpItem item, Span span) {
    return tx.first(
            "select count(distinct place) as places, min(taken_until) as until from reservation"
                + " where item = ? and place < ? and taken_from < ? and taken_until > ?",
            row ->
                row.number("places") < item.occupancy().places()
                    ? Optional.<Instant>empty()
                    : row.optionalInstant("until"),
            item.id(),
            item.occupancy().places(),
            span.until(),
            span.from())
        .flatMap(until -> until);
  }

  /** When the next reservation at the session's place begins, after its own. */
  Optional<Instant> nextAfter(Tx tx, SessionId session) {
    return tx.first(
            "select min(o.taken_from) as next_from from reservation r join reservation o on o.item = r.item"
                + " and o.place = r.place and o.session <> r.session and o.taken_from >= r.taken_until"
                + " where r.session = ?",
            row -> row.optionalInstant("next_from"),
            session)
        .flatMap(next -> next);
  }

  /**
   * Lets the session's span end at {@code end}, and the cleanup after it. Nothing for a session
   * without one.
   */
  void endAt(Tx tx, SessionId session, Instant end, Duration cleanup) {
    tx.run(
        "update reservation set taken_until = ? where session = ? and taken_from < ?",
        end.plus(cleanup),
        session,
        end.plus(cleanup));
  }

  /**
   * As {@link #endAt}, but never later than it was reserved: somebody else may have the time after
   * that, also where the item's cleanup became longer meanwhile.
   */
  void shrinkTo(Tx tx, SessionId session, Instant end, Duration cleanup) {
    tx.run(
        "update reservation set taken_until = ? where session = ? and taken_from < ?"
            + " and taken_until > ?",
        end.plus(cleanup),
        session,
        end.plus(cleanup),
        end.plus(cleanup));
  }

  /** The cleanup time that is reserved behind a session that ends at {@code end}. */
  Duration cleanupAfter(Tx tx, SessionId session, Instant end) {
    return tx.first(
            "select taken_until from reservation where session = ?",
            row -> Duration.between(end, row.instant("taken_until")),
            session)
        .filter(cleanup -> !cleanup.isNegative())
        .orElse(Duration.ZERO);
  }

  /**
   * Gives the rest of the span up: at once where it has not begun, else after the cleanup time
   * (rule RES-3).
   */
  void giveUp(Tx tx, SessionId session, Instant now, Duration cleanup) {
    int unused =
        tx.run("delete from reservation where session = ? and taken_from >= ?", session, now);
    if (unused == 0) {
      tx.run(
          "update reservation set taken_until = ? where session = ? and taken_until > ?",
          now.plus(cleanup),
          session,
          now.plus(cleanup));
    }
  }
}
