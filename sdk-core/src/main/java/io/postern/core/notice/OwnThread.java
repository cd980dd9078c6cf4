package io.postern.core.notice;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A thread for work that may be slow, which a sweep starts and does not wait for. */
final class OwnThread implements AutoCloseable {
  /** How long closing waits. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final AtomicBoolean busy = new AtomicBoolean();
  private final ThreadPoolExecutor thread;

  OwnThread(String name) {
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread made = new Thread(work, name);
              made.setDaemon(true);
              return made;
            });
    thread.allowCoreThreadTimeOut(true);
  }

  /** Has {@code work} done, unless what was given before is still being done. Returns at once. */
  void run(Runnable work) {
    if (!busy.compareAndSet(false, true)) {
      return;
    }
    try {
      thread.execute(
          () -> {
            try {
              work.run();
            } finally {
              busy.set(false);
            }
          });
    } catch (RejectedExecutionException e) {
      // It was closed.
      busy.set(false);
    } catch (RuntimeException | Error e) {
      // No thread could be made; the next sweep tries again.
      busy.set(false);
      throw e;
    }
  }

  /** Interrupts what is being done, and waits a moment for it to put its things in order. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      thread.awaitTermination(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
