package io.postern.core.credential;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which a manager's plug-in is told of sessions, in order. Nobody waits for it;
 * what does not fit in its queue is left out.
 */
final class NoteQueue implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NoteQueue.class);

  private static final int MOST_WAITING = 1_000;

  /** How long closing waits for the notes of sessions that ended just before. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final String manager;
  private final ThreadPoolExecutor thread;
  private final AtomicBoolean overflowing = new AtomicBoolean();

  NoteQueue(String manager) {
    this.manager = manager;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            work -> {
              Thread made = new Thread(work, "postern-credential-" + manager + "-notes");
              made.setDaemon(true);
              return made;
            });
    thread.allowCoreThreadTimeOut(true);
  }

  /** Runs {@code telling} after what was given before. Returns at once. */
  void add(Runnable telling) {
    try {
      thread.execute(telling);
      overflowing.set(false);
    } catch (RejectedExecutionException e) {
      if (!overflowing.getAndSet(true) && !thread.isShutdown()) {
        log.warn("notes of sessions are left out, for too many wait manager={}", manager);
      }
    }
  }

  /** Waits a moment for what was given before; lets go of the rest. */
  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
        log.debug("notes of sessions are left out at the end manager={}", manager);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.shutdownNow();
  }
}
