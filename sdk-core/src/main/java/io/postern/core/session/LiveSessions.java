package io.postern.core.session;

import io.postern.session.Connection;
import io.postern.session.SessionId;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The sessions that have connections in this process. */
final class LiveSessions {
  private final Map<SessionId, LiveSession> sessions = new ConcurrentHashMap<>();

  @Inject
  LiveSessions() {}

  /** The session as this process knows it, from now on. */
  LiveSession enter(SessionId id) {
    return sessions.computeIfAbsent(id, LiveSession::new);
  }

  Set<SessionId> ids() {
    return Set.copyOf(sessions.keySet());
  }

  /** Closes every connection of a session, and lets nothing pass from now on. */
  void end(SessionId id) {
    LiveSession session = sessions.remove(id);
    if (session != null) {
      List<Connection> open = session.end();
      open.forEach(Connection::close);
    }
  }

  void freeze(SessionId id, String message) {
    LiveSession session = sessions.get(id);
    if (session != null) {
      session.freeze(message);
    }
  }

  void thaw(SessionId id) {
    LiveSession session = sessions.get(id);
    if (session != null) {
      session.thaw();
    }
  }

  /**
   * Forgets a connection that was closed; true when it was the last one of a session that goes on.
   */
  boolean leave(LiveSession session, Connection connection) {
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
