package io.postern.core.credential;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/** The few threads on which what is owed to a manager is worked through, one pass at a time. */
final class SettlingThreads implements AutoCloseable {
  private final AtomicBoolean busy = new AtomicBoolean();
  private final ThreadPoolExecutor threads;

  SettlingThreads(String manager) {
    this(
        work -> {
          Thread made = new Thread(work, "postern-credential-" + manager + "-settling");
          made.setDaemon(true);
          return made;
        });
  }

  SettlingThreads(ThreadFactory making) {
    threads =
        new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 30, TimeUnit.SECONDS, new SynchronousQueue<>(), making);
  }

  /** Runs {@code work}; empty when earlier work is still running. */
  Optional<Future<Boolean>> submit(Callable<Boolean> work) {
    if (!busy.compareAndSet(false, true)) {
      return Optional.empty();
    }
    try {
      return Optional.of(threads.submit(() -> run(work)));
    } catch (RejectedExecutionException e) {
      busy.set(false);
      return Optional.empty();
    } catch (Error e) {
      // No thread could be made; the next pass finds out whether one can.
      busy.set(false);
      throw e;
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
   * Does {@code act} to each, as many at once as said. When it says false of one, no further ones
   * are begun.
   *
   * @return whether it was done to all, and said true of all
   */
  <T> boolean together(List<T> all, int atOnce, Predicate<T> act) {
    Queue<T> left = new ConcurrentLinkedQueue<>(all);
    AtomicBoolean goOn = new AtomicBoolean(true);
    Callable<Boolean> one =
        () -> {
          T next = goOn.get() ? left.poll() : null;
          while (next != null) {
            boolean well = false;
            try {
              well = act.test(next);
            } finally {
              if (!well) {
                goOn.set(false);
              }
            }
            next = goOn.get() ? left.poll() : null;
          }
          return goOn.get();
        };
    List<Callable<Boolean>> shares = Collections.nCopies(Math.min(atOnce, all.size()), one);
    try {
      for (Future<Boolean> share : threads.invokeAll(shares)) {
        share.get();
      }
      return goOn.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (RejectedExecutionException e) {
      return false;
    } catch (ExecutionException e) {
      throw failure(e);
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
      throw failure(e);
    }
  }

  private static RuntimeException failure(ExecutionException e) {
    return e.getCause() instanceof RuntimeException failure
        ? failure
        : new IllegalStateException("sweeping leases failed", e.getCause());
  }

  /** Interrupts what runs; a row that was claimed falls due again. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
