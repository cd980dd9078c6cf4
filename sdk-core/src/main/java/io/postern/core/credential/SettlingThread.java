package io.postern.core.credential;

import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** The one thread on which what is owed to a manager is worked through. */
final class SettlingThread implements AutoCloseable {
  private final AtomicBoolean busy = new AtomicBoolean();
  private final ThreadPoolExecutor thread;

  SettlingThread(String manager) {
    thread =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            30,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> {
              Thread made = new Thread(work, "postern-credential-" + manager + "-settling");
              made.setDaemon(true);
              return made;
            });
  }

  /** Runs {@code work}; empty when earlier work is still running. */
  Optional<Future<Boolean>> submit(Callable<Boolean> work) {
    if (!busy.compareAndSet(false, true)) {
      return Optional.empty();
    }
    try {
      return Optional.of(thread.submit(() -> run(work)));
    } catch (RejectedExecutionException e) {
      return Optional.empty();
    }
  }

  private boolean run(Callable<Boolean> work) throws Exception {
    try {
      return work.call();
    } finally {
      // Before the answer is known; the pool's own bound would come after it.
      busy.set(false);
    }
  }

  /**
   * What the work answered by the moment {@code until} of {@link System#nanoTime}; empty when it
   * runs on. What it threw comes out.
   *
   * @param over runs when the work is over, whichever way
   */
  static Optional<Boolean> answer(Future<Boolean> work, long until, Runnable over) {
    try {
      Boolean answer = work.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
      over.run();
      return Optional.of(answer);
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      over.run();
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("sweeping leases failed", e.getCause());
    }
  }

  /** Interrupts what runs; a row that was claimed falls due again. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
