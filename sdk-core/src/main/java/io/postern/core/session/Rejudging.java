package io.postern.core.session;

import io.postern.PosternException;
import io.postern.session.SessionId;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Judges anew what runs by itself in live sessions, such as shells: it was allowed when it began,
 * and may not be any more (rule TOOL-1). On threads of this room, because the directory and the
 * endpoint may be slow.
 */
final class Rejudging {
  private static final Logger log = LoggerFactory.getLogger(Rejudging.class);

  /** Seconds, as the rule says, and seldom enough that a thousand shells are no load. */
  private static final Duration EVERY = Duration.ofSeconds(3);

  private final LiveSessions live;
  private final SessionThreads threads;
  private final InstantSource clock;

  @Inject
  Rejudging(LiveSessions live, SessionThreads threads, InstantSource clock) {
    this.live = live;
    this.threads = threads;
    this.clock = clock;
  }

  /** Has a thread judge it, if something runs in it that was not judged for a while. */
  void begin(SessionId id) {
    live.find(id)
        .filter(session -> session.claimJudging(clock.instant().minus(EVERY).plusNanos(1)))
        .ifPresent(this::begin);
  }

  private void begin(LiveSession session) {
    try {
      threads.judge(() -> run(session));
    } catch (RejectedExecutionException e) {
      session.unclaimJudging();
      log.debug("judging put off session={}", session.id());
    }
  }

  private void run(LiveSession session) {
    try {
      session.judge(clock.instant());
    } catch (PosternException e) {
      log.debug("not judged session={} code={} text={}", session.id(), e.code(), e.getMessage());
    } catch (RuntimeException e) {
      // Nobody waits for this thread, so nobody else would learn of it.
      log.warn("what runs in a session could not be judged session={}", session.id(), e);
    }
  }
}
