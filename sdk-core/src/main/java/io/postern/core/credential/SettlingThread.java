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

/** The one thread on which what is owed to a manager is worked through. */
final class SettlingThread implements AutoCloseable {
  private final ThreadPoolExecutor thread;

  SettlingThread(String manager) {
    thread =
        new ThreadPoolExecutor(
            0,
            1,
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
    try {
      return Optional.of(thread.submit(work));
    } catch (RejectedExecutionException e) {
      return Optional.empty();
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
