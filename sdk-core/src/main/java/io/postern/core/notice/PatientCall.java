package io.postern.core.notice;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls the host's code for a limited time, each call on a thread of its own: one that does not
 * come back is interrupted and left behind. So many at most may be left behind; then nothing more
 * is called until one of them comes back.
 */
final class PatientCall implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PatientCall.class);

  private final Semaphore free;
  private final Duration limit;
  private final int most;
  private final String name;
  private boolean told;

  /**
   * Calls of one kind.
   *
   * @param limit how long one is waited for
   * @param most how many may hang
   * @param name what is called, for log lines and in the names of threads
   */
  PatientCall(Duration limit, int most, String name) {
    this.limit = limit;
    this.most = most;
    this.name = name;
    this.free = new Semaphore(most);
  }

  boolean isFree() {
    return free.availablePermits() > 0;
  }

  /** Whether one more call may be made now; the log is told once when not. */
  synchronized boolean mayCall() {
    boolean may = isFree();
    if (!may && !told) {
      log.warn(
          "nothing more is told: too many calls of the host's hang called={} n={}", name, most);
    }
    told = !may;
    return may;
  }

  /** What the call gives or throws; TimeoutException when it takes longer than the limit. */
  <T> T run(Callable<T> call) throws Exception {
    if (!free.tryAcquire()) {
      throw new TimeoutException("too many calls hang");
    }
    AtomicBoolean begun = new AtomicBoolean();
    FutureTask<T> task =
        new FutureTask<>(
            () -> {
              begun.set(true);
              try {
                return call.call();
              } finally {
                // Before the answer is seen, so that whoever has it may call again.
                free.release();
              }
            });
    Thread thread =
        new Thread(
            () -> {
              task.run();
              if (!begun.get()) {
                // Cancelled before it began.
                free.release();
              }
            },
            "postern-" + name + "-call");
    thread.setDaemon(true);
    try {
      thread.start();
    } catch (Error e) {
      // The machine has no thread left: nothing hangs.
      free.release();
      throw e;
    }
    try {
      return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      throw new TimeoutException("no answer within " + limit);
    } catch (InterruptedException e) {
      // Whoever waits closes; the call is told to end, too.
      task.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Exception thrown) {
        throw thrown;
      }
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e;
    }
  }

  /** Nothing to wait for: what hangs is on daemon threads. */
  @Override
  public void close() {
    free.drainPermits();
  }
}
