package io.postern.connector.ssh;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of one connector: daemons that end when idle. One timer, which never blocks, and
 * workers for what may block in the network.
 *
 * <p>Whatever must end by a time is run by a worker while the caller waits: looking up a name and
 * writing to a full socket heed no interrupt, so a caller's own thread could not be freed.
 */
final class Workers implements AutoCloseable {
  private static final int IDLE_SECONDS = 5;

  private final ScheduledThreadPoolExecutor timer;
  private final ThreadPoolExecutor workers;

  Workers(String instance) {
    timer = new ScheduledThreadPoolExecutor(1, daemons("postern-ssh-" + instance + "-timer"));
    timer.setRemoveOnCancelPolicy(true);
    timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    workers =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            daemons("postern-ssh-" + instance + "-worker"));
  }

  /**
   * Waits for {@code work} at most {@code limit} long. When that is over, or the caller is
   * interrupted, {@code abandon} frees the worker and the work is forgotten.
   *
   * @throws TimeoutException when the limit passed
   * @throws InterruptedException when the caller was interrupted; its flag is set again
   * @throws ExecutionException with what {@code work} threw
   */
  <T> T within(Duration limit, Callable<T> work, Runnable abandon)
      throws TimeoutException, InterruptedException, ExecutionException {
    Future<T> running = workers.submit(work);
    try {
      return running.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | InterruptedException e) {
      abandon.run();
      running.cancel(true);
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw e;
    }
  }

  /** Runs {@code action} on a worker; here and now when the connector is closing. */
  void run(Runnable action) {
    try {
      workers.execute(action);
    } catch (RejectedExecutionException e) {
      action.run();
    }
  }

  /** Runs {@code action}, which must not block, after {@code delay}; never once closed. */
  ScheduledFuture<?> after(Duration delay, Runnable action) {
    return timer.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void close() {
    timer.shutdownNow();
    workers.shutdown();
  }

  private static ThreadFactory daemons(String name) {
    AtomicInteger count = new AtomicInteger();
    return action -> {
      Thread thread = new Thread(action, name + "-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
