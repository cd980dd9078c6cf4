package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import io.postern.notice.Notice;
import io.postern.session.SessionId;
import io.postern.session.SessionStatus;
import jakarta.inject.Inject;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops what passes in a session, and lets it go on (rule SES-12). */
final class Freezing {
  private static final Logger log = LoggerFactory.getLogger(Freezing.class);

  private final Database database;
  private final SessionRows rows;
  private final LiveSessions live;
  private final SessionNotices notices;

  @Inject
  Freezing(Database database, SessionRows rows, LiveSessions live, SessionNotices notices) {
    this.database = database;
    this.rows = rows;
    this.live = live;
    this.notices = notices;
  }

  void freeze(SessionId id, String actor, String message) {
    if (message.length() > 500) {
      throw new PosternException(
          ErrorCode.INPUT_INVALID,
          "a message to a frozen session has at most 500 characters, this has " + message.length());
    }
    try {
      database.change(
          tx -> {
            SessionRow row = rows.lock(tx, id);
            return row.status() == SessionStatus.FROZEN ? row : freeze(tx, row, actor, message);
          });
    } catch (PosternException e) {
      throw Unwritten.isBy(e) && live.freeze(id, new Unwritten.Freeze(message, actor))
          ? Unwritten.told(id, "nothing passes over its connections here", e)
          : e;
    }
  }

  /** Writes down a freeze that could not be written when it was done. */
  void write(LiveSession session) {
    SessionId id = session.id();
    try {
      inTurn(id, () -> database.change(tx -> written(tx, rows.lock(tx, id))));
    } catch (PosternException e) {
      log.debug("freeze still not written session={} code={}", id, e.code());
    }
  }

  /**
   * In this process one after the other, until after the commit: or a freeze that is written and
   * lifted in one go could be found unwritten once more.
   */
  private void inTurn(SessionId id, Runnable work) {
    Optional<LiveSession> session = live.find(id);
    session.ifPresent(LiveSession::beginWriting);
    try {
      work.run();
    } finally {
      session.ifPresent(LiveSession::endWriting);
    }
  }

  /** The row with the freeze that is still to be written, where there is one. */
  private SessionRow written(Tx tx, SessionRow row) {
    Optional<LiveSession> session = live.find(row.id());
    Optional<Unwritten.Freeze> unwritten = session.flatMap(LiveSession::unwrittenFreeze);
    if (unwritten.isEmpty()) {
      return row;
    }
    tx.afterCommit(() -> session.get().forget(unwritten.get()));
    return Ending.isOver(row) || row.status() == SessionStatus.FROZEN
        ? row
        : freeze(tx, row, unwritten.get().actor(), unwritten.get().message());
  }

  /** Freezes in a transaction that may do more. */
  SessionRow freeze(Tx tx, SessionRow row, String actor, String message) {
    if (Ending.isOver(row)) {
      throw SessionRows.ended(row);
    }
    SessionRow frozen =
        rows.move(
            tx,
            row,
            SessionEvent.FREEZE,
            row.course().frozen(message),
            Act.of(actor, "session.frozen", row.subject())
                .because(message.isEmpty() ? "without a message" : message));
    notices.tell(tx, row, Notice.Kind.SESSION_FROZEN, "is frozen", message);
    tx.afterCommit(() -> live.freeze(row.id(), message, frozen.version()));
    return frozen;
  }

  /** Lets it go on; a freeze that is still to be written is on record first. */
  void unfreeze(SessionId id, String actor) {
    inTurn(
        id,
        () ->
            database.change(
                tx -> {
                  SessionRow row = rows.lock(tx, id);
                  if (Ending.isOver(row)) {
                    throw SessionRows.ended(row);
                  }
                  return thaw(tx, written(tx, row), actor);
                }));
  }

  private SessionRow thaw(Tx tx, SessionRow row, String actor) {
    if (row.status() != SessionStatus.FROZEN) {
      tx.afterCommit(() -> live.thaw(row.id(), row.version()));
      return row;
    }
    Course thawed = row.course().thawed();
    SessionEvent event =
        thawed.status() == SessionStatus.ACTIVE
            ? SessionEvent.THAW_ACTIVE
            : SessionEvent.THAW_AVAILABLE;
    SessionRow on =
        rows.move(
            tx,
            row,
            event,
            thawed,
            Act.of(actor, "session.unfrozen", row.subject()).because("it may go on"));
    notices.tell(tx, row, Notice.Kind.SESSION_FROZEN, "goes on", "");
    tx.afterCommit(() -> live.thaw(row.id(), on.version()));
    return on;
  }
}
