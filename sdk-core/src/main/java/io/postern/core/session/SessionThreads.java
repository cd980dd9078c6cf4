package io.postern.core.session;

import jakarta.inject.Inject;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The few threads of this room: some make sessions ready, some judge live ones, others take them
 * down, so that none waits for the slow neighbours of another. They end when there is nothing to
 * do.
 */
final class SessionThreads implements AutoCloseable {
  private static final int THREADS = 4;
  private static final int WAITING = 1_000;

  private final ThreadPoolExecutor provisioning = pool("postern-provisioning-");
  private final ThreadPoolExecutor judging = pool("postern-judging-");
  private final ThreadPoolExecutor ending = pool("postern-ending-");

  @Inject
  SessionThreads() {}

  private static ThreadPoolExecutor pool(String name) {
    AtomicInteger number = new AtomicInteger();
    ThreadFactory factory =
        task -> {
          Thread thread = new Thread(task, name + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        };
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING), factory);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /** RejectedExecutionException when it is closed, or far too much waits. */
  void makeReady(Runnable task) {
    provisioning.execute(task);
  }

  /** RejectedExecutionException when it is closed, or far too much waits. */
  void takeDown(Runnable task) {
    ending.execute(task);
  }

  /** RejectedExecutionException when it is closed, or far too much waits. */
  void judge(Runnable task) {
    judging.execute(task);
  }

  /** Whether threads were interrupted to end; what they fail with then means nothing. */
  boolean isClosed() {
    return provisioning.isShutdown();
  }

  /** Interrupts what runs and waits a few seconds for it. */
  @Override
  public void close() {
    provisioning.shutdownNow();
    judging.shutdownNow();
    ending.shutdownNow();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    try {
      provisioning.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      judging.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      ending.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
