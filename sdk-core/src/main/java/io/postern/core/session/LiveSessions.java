package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.tool.Guard.Tended;
import io.postern.person.PersonId;
import io.postern.session.SessionId;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The sessions that have connections in this process. */
final class LiveSessions {
  private static final Logger log = LoggerFactory.getLogger(LiveSessions.class);

  private final Map<SessionId, LiveSession> sessions = new ConcurrentHashMap<>();
  private final InstantSource clock;
  private boolean shut;

  @Inject
  LiveSessions(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * The session as this process knows it, from now on, with a connection to be expected; CLOSED
   * once {@link #shut}.
   */
  synchronized LiveSession enter(SessionId id, PersonId owner) {
    if (shut) {
      throw new PosternException(
          ErrorCode.CLOSED, "this Postern was closed; nothing is connected any more");
    }
    return sessions.compute(
        id,
        (key, present) -> {
          LiveSession session = present == null ? new LiveSession(key, owner, clock) : present;
          session.expect();
          return session;
        });
  }

  /** The connection that was expected will not come. */
  void leave(LiveSession session) {
    sessions.computeIfPresent(
        session.id(),
        (id, present) -> present == session && session.expectNoMore() ? null : present);
  }

  /** Lets no session in any more, and says which are here. */
  synchronized Set<SessionId> shut() {
    shut = true;
    return ids();
  }

  Set<SessionId> ids() {
    return Set.copyOf(sessions.keySet());
  }

  List<LiveSession> all() {
    return List.copyOf(sessions.values());
  }

  Optional<LiveSession> find(SessionId id) {
    return Optional.ofNullable(sessions.get(id));
  }

  boolean has(SessionId id) {
    return sessions.containsKey(id);
  }

  /**
   * Lets nothing pass in a session from now on. Never blocks; whoever can wait closes the
   * connections with {@link #end}.
   */
  void stop(SessionId id) {
    LiveSession session = sessions.get(id);
    if (session != null) {
      session.end();
    }
  }

  /** Closes every connection of a session, and lets nothing pass from now on. Blocks. */
  void end(SessionId id) {
    LiveSession session = sessions.remove(id);
    if (session != null) {
      session.end().forEach(connection -> close(id, connection));
    }
  }

  /**
   * Closes every connection of a session whose end could not be written, and keeps in mind what is
   * to be; false when it has none here. Blocks.
   */
  boolean end(SessionId id, Unwritten.End unwritten) {
    List<Tended> connections = new ArrayList<>();
    // While it is held here, lest it be forgotten with what is to be written.
    LiveSession session =
        sessions.computeIfPresent(
            id,
            (key, present) -> {
              connections.addAll(present.end(unwritten));
              return present;
            });
    connections.forEach(connection -> close(id, connection));
    return session != null;
  }

  /**
   * Closes every connection of a session in which nothing passes any more, and which is still to be
   * taken down. Blocks.
   */
  void endStopped(SessionId id) {
    LiveSession session = sessions.get(id);
    if (session != null && session.isStopped()) {
      session.end().forEach(connection -> close(id, connection));
    }
  }

  /** One that fails keeps no other open, and no session from ending. */
  private static void close(SessionId id, Tended connection) {
    try {
      connection.close();
    } catch (RuntimeException e) {
      log.warn("a connection did not close whole session={}", id, e);
    }
  }

  /** The row of this version says that nothing passes. */
  void freeze(SessionId id, String message, long version) {
    LiveSession session = sessions.get(id);
    if (session != null) {
      session.freeze(message, version);
    }
  }

  /**
   * Lets nothing pass in a session that could not be written as frozen, and keeps in mind what is
   * to be; false when it has no connections here.
   */
  boolean freeze(SessionId id, Unwritten.Freeze unwritten) {
    LiveSession session =
        sessions.computeIfPresent(
            id,
            (key, present) -> {
              present.freeze(unwritten);
              return present;
            });
    return session != null;
  }

  /**
   * Forgets a session that nothing keeps here any more, now that what was to be written is; true
   * when it did.
   */
  boolean forgetIdle(SessionId id) {
    boolean[] idle = {false};
    sessions.computeIfPresent(
        id,
        (key, session) -> {
          idle[0] = session.isIdle() && !session.isStopped();
          return idle[0] ? null : session;
        });
    return idle[0];
  }

  /** The row of this version says when its time is over. */
  void lasts(SessionId id, Instant until, long version) {
    LiveSession session = sessions.get(id);
    if (session != null) {
      session.lasts(until, version);
    }
  }

  /** The row of this version says that it goes on. */
  void thaw(SessionId id, long version) {
    LiveSession session = sessions.get(id);
    if (session != null) {
      session.thaw(version);
    }
  }

  /**
   * Forgets a connection that was closed; true when it was the last one of a session that goes on.
   */
  boolean leave(LiveSession session, Tended connection) {
    boolean[] last = {false};
    sessions.computeIfPresent(
        session.id(),
        (id, present) -> {
          last[0] = present == session && session.remove(connection);
          return last[0] ? null : present;
        });
    return last[0];
  }
}
