package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.store.Database.Dialect;
import io.postern.core.store.Tx;
import io.postern.session.SessionId;
import io.postern.session.SessionStatus;
import io.postern.text.Text;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Optional;

/** Reads sessions, and is the one place that changes their state. */
final class SessionRows {
  private final Journal journal;
  private final Waiters waiters;

  @Inject
  SessionRows(Journal journal, Waiters waiters) {
    this.journal = journal;
    this.waiters = waiters;
  }

  Optional<SessionRow> find(Tx tx, SessionId id) {
    return tx.first(
        "select " + SessionRow.COLUMNS + " from session where id = ?", SessionRow::read, id);
  }

  SessionRow require(Tx tx, SessionId id) {
    return find(tx, id).orElseThrow(() -> notFound(id));
  }

  /** The row, held against every other change of it until the transaction ends. */
  SessionRow lock(Tx tx, SessionId id) {
    String locking = tx.dialect() == Dialect.POSTGRESQL ? " for update" : "";
    return tx.first(
            "select " + SessionRow.COLUMNS + " from session where id = ?" + locking,
            SessionRow::read,
            id)
        .orElseThrow(() -> notFound(id));
  }

  static PosternException notFound(SessionId id) {
    return new PosternException(
        ErrorCode.SESSION_NOT_FOUND, "there is no session " + id + " that you may see");
  }

  /**
   * Moves a session by {@code event} to {@code next} and writes the entry; the transition table
   * decides whether that is possible.
   *
   * @return the row as it is now
   */
  SessionRow move(Tx tx, SessionRow row, SessionEvent event, Course next, Act act) {
    SessionStatus status = SessionEvent.TABLE.require(row.status(), event, row.id().value());
    if (status != next.status()) {
      throw new IllegalStateException(event + " leads to " + status + ", not " + next.status());
    }
    int changed =
        tx.run(
            "update session set status = ?, end_reason = ?, end_detail = ?, duration = ?, claim_by = ?,"
                + " active_since = ?, ends_at = ?, ended_at = ?, frozen_message = ?, thawed_status = ?,"
                + " extensions = ?, node = ?, due_at = ?, version = version + 1"
                + " where id = ? and version = ?",
            next.status(),
            next.endReason(),
            next.endDetail(),
            next.duration(),
            next.claimBy(),
            next.activeSince(),
            next.endsAt(),
            next.endedAt(),
            next.frozenMessage(),
            next.thawedStatus(),
            next.extensions(),
            next.node(),
            next.dueAt(),
            row.id(),
            row.version());
    if (changed == 0) {
      throw new PosternException(
          ErrorCode.ILLEGAL_CHANGE,
          "session "
              + row.id()
              + " was changed by somebody else at the same instant; nothing was"
              + " changed; look again");
    }
    journal.write(tx, act.moving(row.status().name(), next.status().name()));
    tx.afterCommit(() -> waiters.changed(row.id()));
    return new SessionRow(
        row.id(),
        row.item(),
        row.itemName(),
        row.owner(),
        row.request(),
        row.reason(),
        row.ticket(),
        row.language(),
        row.createdAt(),
        row.startsAt(),
        row.startWhenApproved(),
        row.idempotencyKey(),
        row.askDigest(),
        row.policy(),
        next,
        row.decideBy(),
        row.version() + 1);
  }

  /**
   * Takes over, until {@code due}, what time makes due in a session, without changing where it
   * stands. False when somebody else changed it meanwhile.
   */
  static boolean claim(Tx tx, SessionRow row, String node, Instant due) {
    return tx.run(
            "update session set node = ?, due_at = ?, version = version + 1"
                + " where id = ? and version = ?",
            node,
            due,
            row.id(),
            row.version())
        == 1;
  }

  /** Has time look at a session again later; false when somebody changed it meanwhile. */
  static boolean putOff(Tx tx, SessionRow row, Instant due) {
    return tx.run(
            "update session set due_at = ?, version = version + 1 where id = ? and version = ?",
            due,
            row.id(),
            row.version())
        == 1;
  }

  /**
   * Refuses what only a session that can be used allows, and says where it stands (rule SES-2). One
   * whose time is over has ended, also before a sweep has seen it.
   */
  static void requireConnectable(SessionRow row, Instant now) {
    String who = "session " + row.id();
    switch (row.status()) {
      case AVAILABLE, ACTIVE -> {
        if (row.course().usableUntil().filter(end -> !end.isAfter(now)).isPresent()) {
          throw new PosternException(
              ErrorCode.SESSION_ENDED,
              who
                  + " was to be used until "
                  + row.course().usableUntil().get()
                  + "; start a new one");
        }
      }
      case FROZEN ->
          throw new PosternException(
              ErrorCode.SESSION_FROZEN,
              who
                  + " is frozen: "
                  + row.course().frozenMessage()
                  + "; nothing passes until it goes on");
      case ENDING, ENDED -> throw ended(row);
      case WAITING_FOR_APPROVAL ->
          throw new PosternException(
              ErrorCode.SESSION_NOT_AVAILABLE,
              who + " waits for approval; wait until it is available");
      case SCHEDULED ->
          throw new PosternException(
              ErrorCode.SESSION_NOT_AVAILABLE,
              who + " begins at " + row.startsAt().orElseThrow() + "; wait until it is available");
      case PROVISIONING ->
          throw new PosternException(
              ErrorCode.SESSION_NOT_AVAILABLE,
              who + " is being made ready; wait until it is available");
    }
  }

  static PosternException ended(SessionRow row) {
    String detail = row.course().endDetail();
    return new PosternException(
        ErrorCode.SESSION_ENDED,
        "session "
            + row.id()
            + " has ended ("
            // While the store was away it may have been ended here, and its row not yet.
            + row.course().endReason().map(Text::words).orElse("still to be written")
            + (detail.isEmpty() ? "" : ": " + detail)
            + "); start a new one");
  }
}
