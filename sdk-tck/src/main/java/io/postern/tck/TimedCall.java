package io.postern.tck;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A call of a provider on a thread of its own, in real time: a provider that hangs hangs no test.
 */
final class TimedCall<T> {
  private final FutureTask<T> task;
  private final Thread thread;

  private TimedCall(Callable<T> call) {
    task = new FutureTask<>(call);
    thread = new Thread(task, "postern-tck-call");
    thread.setDaemon(true);
  }

  static <T> TimedCall<T> start(Callable<T> call) {
    TimedCall<T> started = new TimedCall<>(call);
    started.thread.start();
    return started;
  }

  /** Whether the call returned or threw within that time. */
  boolean endsWithin(Duration most) throws InterruptedException {
    try {
      task.get(most.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (ExecutionException e) {
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  /** As Postern does at the deadline. */
  void interrupt() {
    thread.interrupt();
  }

  /** What an ended call threw; nothing when it returned. */
  @Nullable Throwable thrown() throws InterruptedException {
    try {
      task.get();
      return null;
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  /** What an ended call returned. */
  T returned() throws InterruptedException, ExecutionException {
    return task.get();
  }

  /** Where the provider is, for who has to find out why it hangs. */
  String whereabouts() {
    StackTraceElement[] stack = thread.getStackTrace();
    return stack.length == 0 ? "its thread has ended" : "its thread is in " + stack[0];
  }
}
