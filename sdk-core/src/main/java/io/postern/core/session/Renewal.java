package io.postern.core.session;

import io.postern.PosternException;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews this process on a thread of its own, so that whatever holds up the sweeps lets it not look
 * dead to others. Where no other process can be there is no thread.
 */
final class Renewal implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Renewal.class);

  /** Two may fail before anybody thinks that this process is dead. */
  private static final long REST_NANOS = Nodes.LIFE.dividedBy(3).toNanos();

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Nodes nodes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();
  private boolean closed;
  private @Nullable Thread thread;

  @Inject
  Renewal(Nodes nodes) {
    this.nodes = nodes;
  }

  /** Goes on renewing a process that has joined; a second call does nothing. */
  void start() {
    lock.lock();
    try {
      if (thread == null && !closed && nodes.needsRenewal()) {
        thread = new Thread(null, this::run, "postern-renewal", 0, false);
        thread.setDaemon(true);
        thread.start();
      }
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    while (rest()) {
      renew();
    }
  }

  /** False when it is time to stop. */
  private boolean rest() {
    lock.lock();
    try {
      long left = REST_NANOS;
      while (left > 0 && !closed) {
        left = closing.awaitNanos(left);
      }
      return !closed;
    } catch (InterruptedException e) {
      // Nobody but a stray plug-in interrupts this thread: it has to go on.
      log.debug("the renewal was interrupted and goes on", e);
      return !closed;
    } finally {
      lock.unlock();
    }
  }

  private void renew() {
    try {
      nodes.renew();
    } catch (PosternException e) {
      // The store is away: everybody who asks it is told, and it is asked again here.
      log.debug("not renewed process={} code={}", nodes.me(), e.code());
    } catch (RuntimeException | Error e) {
      // An Error too: a thread that dies of one would let this process look dead.
      log.warn("not renewed process={}", nodes.me(), e);
    }
  }

  /** Renews no more; waits a few seconds for a renewal that is under way. */
  @Override
  public void close() {
    Thread running;
    lock.lock();
    try {
      closed = true;
      running = thread;
      closing.signalAll();
    } finally {
      lock.unlock();
    }
    if (running == null) {
      return;
    }
    try {
      TimeUnit.NANOSECONDS.timedJoin(running, PATIENCE.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
