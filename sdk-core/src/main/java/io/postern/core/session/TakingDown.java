package io.postern.core.session;

import io.postern.PosternException;
import io.postern.session.SessionId;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes sessions down on threads of this room, because endpoints and credential managers may be
 * slow.
 */
final class TakingDown {
  private static final Logger log = LoggerFactory.getLogger(TakingDown.class);

  private final Ending ending;
  private final SessionThreads threads;
  private final Set<SessionId> underWay = ConcurrentHashMap.newKeySet();

  @Inject
  TakingDown(Ending ending, SessionThreads threads) {
    this.ending = ending;
    this.threads = threads;
  }

  /**
   * Has a thread do it, unless one is at it. What fails or finds no thread is taken up by the
   * sweep.
   */
  void begin(SessionId id) {
    if (!underWay.add(id)) {
      return;
    }
    try {
      threads.execute(() -> run(id));
    } catch (RejectedExecutionException e) {
      underWay.remove(id);
      log.debug("taking down put off session={}", id);
    }
  }

  private void run(SessionId id) {
    try {
      ending.takeDown(id);
    } catch (PosternException e) {
      log.debug("taking down failed session={} code={} text={}", id, e.code(), e.getMessage());
    } finally {
      underWay.remove(id);
    }
  }
}
