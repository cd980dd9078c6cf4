package io.postern.core.session;

import io.postern.PosternException;
import io.postern.session.SessionId;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes sessions down on threads of this room, because endpoints and credential managers may be
 * slow.
 */
final class TakingDown {
  private static final Logger log = LoggerFactory.getLogger(TakingDown.class);

  private final Ending ending;
  private final LiveSessions live;
  private final SessionThreads threads;
  private final Set<SessionId> underWay = ConcurrentHashMap.newKeySet();

  @Inject
  TakingDown(Ending ending, LiveSessions live, SessionThreads threads) {
    this.ending = ending;
    this.live = live;
    this.threads = threads;
  }

  /**
   * Has a thread do it, unless one is at it. What fails or finds no thread is taken up by the
   * sweep.
   */
  void begin(SessionId id) {
    if (!ending.isUnderWay(id)) {
      begin(id, ending::takeDown);
    }
  }

  /** Has a thread end what was ended here already, while the store could not be written. */
  void write(SessionId id, Unwritten.End unwritten) {
    begin(id, cut -> ending.now(cut, unwritten.reason(), unwritten.why(), unwritten.actor()));
  }

  /** Closes the connections that a session left here: it was settled elsewhere, or is over. */
  void disconnect(SessionId id) {
    begin(id, live::end);
  }

  /** Closes the connections of a session in which nothing passes, and that is still to be ended. */
  void closeStopped(SessionId id) {
    begin(id, live::endStopped);
  }

  private void begin(SessionId id, Consumer<SessionId> work) {
    if (!underWay.add(id)) {
      return;
    }
    try {
      threads.takeDown(() -> run(id, work));
    } catch (RejectedExecutionException e) {
      underWay.remove(id);
      log.debug("taking down put off session={}", id);
    }
  }

  private void run(SessionId id, Consumer<SessionId> work) {
    try {
      work.accept(id);
    } catch (PosternException e) {
      log.debug("taking down failed session={} code={} text={}", id, e.code(), e.getMessage());
    } catch (RuntimeException e) {
      // Nobody waits for this thread, so nobody else would learn of it.
      log.warn("taking down failed session={}", id, e);
    } finally {
      underWay.remove(id);
    }
  }
}
