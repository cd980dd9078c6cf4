package io.postern.core.session;

import io.postern.PosternException;
import io.postern.core.recording.Recorder;
import io.postern.core.store.Database;
import io.postern.core.sweep.Sweep;
import io.postern.session.SessionId;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Seals recordings that could not be sealed when their session ended: a session must end also while
 * the disk is full, and an unsealed recording proves nothing. Any process may have the files, so
 * each one tries, one at a time, and leaves what it cannot seal to the others.
 */
final class UnsealedSweep implements Sweep {
  /** How often to look. */
  static final Duration PAUSE = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(UnsealedSweep.class);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
  private static final int PASS = 100;

  private final Database database;
  private final Recorder recorder;
  private final Nodes nodes;
  private final SessionThreads threads;
  private final InstantSource clock;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final Map<SessionId, Setback> setbacks = new ConcurrentHashMap<>();
  private Instant nextLook = Instant.MIN;
  private volatile String after = "";

  /** How often it failed here, and when to try again. */
  private record Setback(int times, Instant again) {}

  @Inject
  UnsealedSweep(
      Database database,
      Recorder recorder,
      Nodes nodes,
      SessionThreads threads,
      InstantSource clock) {
    this.database = database;
    this.recorder = recorder;
    this.nodes = nodes;
    this.threads = threads;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "unsealed recordings";
  }

  @Override
  public boolean sweep() {
    Instant now = clock.instant();
    if (now.isBefore(nextLook) || !busy.compareAndSet(false, true)) {
      return false;
    }
    nextLook = now.plus(PAUSE);
    try {
      threads.takeDown(this::sealAll);
    } catch (RejectedExecutionException e) {
      busy.set(false);
      log.debug("sealing put off");
    }
    return false;
  }

  private void sealAll() {
    try {
      List<SessionId> left = left();
      // Those that fail must not keep others out of the passes to come.
      if (after.isEmpty() && left.size() < PASS) {
        setbacks.keySet().retainAll(left);
      }
      after = left.size() < PASS ? "" : left.get(left.size() - 1).value();
      for (SessionId session : left) {
        Setback setback = setbacks.get(session);
        if ((setback == null || !setback.again().isAfter(clock.instant())) && claim(session)) {
          seal(session, setback == null ? 0 : setback.times());
        }
      }
    } catch (PosternException e) {
      log.debug("sealing put off code={} text={}", e.code(), e.getMessage());
    } catch (RuntimeException e) {
      // Nobody waits for this thread, so nobody else would learn of it.
      log.warn("sealing what was left failed", e);
    } finally {
      busy.set(false);
    }
  }

  private List<SessionId> left() {
    return database.read(
        tx ->
            tx.list(
                "select distinct r.session as session from recording r join session s"
                    + " on s.id = r.session where r.sealed_at is null and s.status = 'ENDED'"
                    + " and r.session > ? order by r.session limit ?",
                row -> SessionId.of(row.text("session")),
                after,
                PASS));
  }

  private void seal(SessionId session, int times) {
    try {
      recorder.sealAll(session);
      setbacks.remove(session);
      log.debug("sealed late session={}", session);
    } catch (RuntimeException e) {
      Duration pause = PAUSE.multipliedBy(1L << Math.min(times, 10));
      Duration bounded = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
      setbacks.put(session, new Setback(times + 1, clock.instant().plus(bounded)));
      if (times == 0) {
        log.warn("recordings still not sealed, tried again session={}", session, e);
      }
    } finally {
      unclaim(session);
    }
  }

  /** Two processes that share the files must not finish one at the same time. */
  private boolean claim(SessionId session) {
    return database.change(
        tx ->
            tx.run(
                    "update recording set node = ? where session = ? and sealed_at is null"
                        + " and (node is null or node = ? or node not in ("
                        + Nodes.alive(tx)
                        + "))",
                    nodes.me(),
                    session,
                    nodes.me())
                > 0);
  }

  private void unclaim(SessionId session) {
    database.change(
        tx ->
            tx.run(
                "update recording set node = null where session = ? and node = ?",
                session,
                nodes.me()));
  }
}
