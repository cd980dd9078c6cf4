package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.jump.Items;
import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import io.postern.person.Person;
import io.postern.session.SessionId;
import io.postern.session.SessionStatus;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes down that a session's connections came and went; the first one begins its work time (rule
 * REQ-15).
 */
final class Beginning {
  private static final Logger log = LoggerFactory.getLogger(Beginning.class);

  private final Database database;
  private final SessionRows rows;
  private final Reservations reservations;
  private final Items items;
  private final LiveSessions live;
  private final Nodes nodes;
  private final InstantSource clock;

  @Inject
  Beginning(
      Database database,
      SessionRows rows,
      Reservations reservations,
      Items items,
      LiveSessions live,
      Nodes nodes,
      InstantSource clock) {
    this.database = database;
    this.rows = rows;
    this.reservations = reservations;
    this.items = items;
    this.live = live;
    this.nodes = nodes;
    this.clock = clock;
  }

  /**
   * A connection stands in this process, by an act that is written down with it. Throws when the
   * session ended or was frozen meanwhile.
   */
  void connected(SessionId id, Person person, Act act) {
    SessionRow begun =
        database.change(
            tx -> {
              SessionRow row = rows.lock(tx, id);
              Instant now = clock.instant();
              SessionRows.requireConnectable(row, now);
              requireHere(tx, row);
              items.used(tx, person.id(), row.item());
              if (row.status() == SessionStatus.ACTIVE) {
                return rows.move(
                    tx, row, SessionEvent.MOVE, row.course().at(Optional.of(nodes.me())), act);
              }
              return begin(tx, row, row.course().at(Optional.of(nodes.me())), now, act);
            });
    live.lasts(id, begun.course().endsAt().orElseThrow(), begun.version());
  }

  /**
   * A session has its connections in one process, because one process can be named that has to
   * close them. While that one lives, another has to wait until it has none left.
   */
  void requireHere(Tx tx, SessionRow row) {
    Optional<String> elsewhere = row.course().node().filter(node -> !node.equals(nodes.me()));
    if (elsewhere.isPresent() && nodes.lives(tx, elsewhere.get())) {
      throw new PosternException(
          ErrorCode.SESSION_NOT_AVAILABLE,
          "session "
              + row.id()
              + " has connections in another process of this application; close them or connect"
              + " there");
    }
  }

  /** Begins the work time of a session that is available; its reservation shrinks to that time. */
  SessionRow begin(Tx tx, SessionRow row, Course course, Instant now, Act act) {
    Course active = course.active(now);
    Duration cleanup =
        items.find(tx, row.item()).map(item -> item.occupancy().cleanup()).orElse(Duration.ZERO);
    reservations.shrinkTo(tx, row.id(), active.endsAt().orElseThrow(), cleanup);
    return rows.move(tx, row, SessionEvent.BEGIN, active, act);
  }

  /** No connection of the session is left in this process; the session itself goes on. */
  void lastConnectionClosed(SessionId id) {
    try {
      database.change(
          tx -> {
            SessionRow row = rows.lock(tx, id);
            boolean mine = row.course().node().filter(nodes.me()::equals).isPresent();
            // Another connection may have come while this one went.
            if (!mine
                || live.has(id)
                || SessionEvent.TABLE.next(row.status(), SessionEvent.MOVE).isEmpty()) {
              return row;
            }
            return rows.move(
                tx,
                row,
                SessionEvent.MOVE,
                row.course().at(Optional.empty()),
                Act.of("postern:sessions", "session.disconnected", row.subject())
                    .because("its last connection closed"));
          });
    } catch (PosternException e) {
      // The row then still names this process; that matters only if it dies, and errs on the side
      // of ending.
      log.debug("disconnect not written session={} code={}", id, e.code());
    }
  }
}
