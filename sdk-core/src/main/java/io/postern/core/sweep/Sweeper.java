package io.postern.core.sweep;

import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs all sweeps again and again on one thread, by real time: what is due is for each sweep to ask
 * the one clock. Safe for use by several threads.
 */
public final class Sweeper implements AutoCloseable {
  /** How long to rest after a pass in which nothing more was due. */
  record Interval(Duration length) {}

  private static final Logger log = LoggerFactory.getLogger(Sweeper.class);

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final List<WatchedSweep> sweeps;
  private final InstantSource clock;
  private final long restNanos;

  /** Held during a pass, so that two never run at once in this process. */
  private final ReentrantLock passing = new ReentrantLock();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean awake;
  private boolean closed;
  private @Nullable Thread thread;
  private volatile @Nullable Instant lastPass;

  @Inject
  Sweeper(Set<Sweep> sweeps, InstantSource clock, Interval interval) {
    this.sweeps = sweeps.stream().map(WatchedSweep::new).toList();
    this.clock = clock;
    this.restNanos = interval.length().toNanos();
  }

  /** Begins to sweep; a second call does nothing. */
  public void start() {
    lock.lock();
    try {
      if (thread == null && !closed) {
        sweeps.forEach(WatchedSweep::begin);
        thread = new Thread(this::run, "postern-sweeper");
        thread.setDaemon(true);
        thread.start();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Has the next pass begin now. Returns at once; does nothing when it was not started. */
  public void wake() {
    lock.lock();
    try {
      awake = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Runs one pass over all sweeps on this thread, for tests that drive time; waits for a pass that
   * is under way.
   *
   * @return whether more may be due at once
   */
  public boolean sweepNow() {
    passing.lock();
    try {
      boolean more = false;
      for (WatchedSweep sweep : sweeps) {
        more |= sweep.run();
      }
      lastPass = clock.instant();
      return more;
    } finally {
      passing.unlock();
    }
  }

  /** When the last pass over all sweeps ended; for health: one long ago means that time stands. */
  public Optional<Instant> lastPass() {
    return Optional.ofNullable(lastPass);
  }

  /** Ends sweeping, waiting at most ten seconds for a pass that is under way. */
  @Override
  public void close() {
    Thread running;
    lock.lock();
    try {
      if (closed) {
        return;
      }
      closed = true;
      running = thread;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (running != null) {
      join(running);
    }
    sweeps.forEach(WatchedSweep::close);
  }

  private void run() {
    boolean more = false;
    while (goOn(more)) {
      more = sweepNow();
    }
  }

  /** Rests unless something is due; false when it is time to stop. */
  private boolean goOn(boolean more) {
    lock.lock();
    try {
      long left = more ? 0 : restNanos;
      while (left > 0 && !awake && !closed) {
        left = changed.awaitNanos(left);
      }
      awake = false;
      return !closed;
    } catch (InterruptedException e) {
      // Nobody but a stray plug-in interrupts this thread: it has to go on.
      log.debug("the sweeper was interrupted and goes on", e);
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private static void join(Thread running) {
    if (running == Thread.currentThread()) {
      return;
    }
    try {
      TimeUnit.NANOSECONDS.timedJoin(running, PATIENCE.toNanos());
      if (running.isAlive()) {
        log.warn("a sweep is still running after {}; it is left behind", PATIENCE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
