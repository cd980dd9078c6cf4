package io.postern.core.credential;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Begins what is due for calls under way, in real time. What it runs never blocks. Its one thread
 * is there only while something is waited for.
 */
final class CallTimer implements AutoCloseable {
  private final ScheduledThreadPoolExecutor thread;

  CallTimer() {
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread made = new Thread(work, "postern-credential-timer");
              made.setDaemon(true);
              return made;
            });
    thread.setKeepAliveTime(10, TimeUnit.SECONDS);
    thread.allowCoreThreadTimeOut(true);
    thread.setRemoveOnCancelPolicy(true);
  }

  /** Runs {@code work} after {@code nanos}; not at all once this is closed. */
  Future<?> in(long nanos, Runnable work) {
    try {
      return thread.schedule(work, nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // So are the calls that it was for.
      return CompletableFuture.completedFuture(true);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
