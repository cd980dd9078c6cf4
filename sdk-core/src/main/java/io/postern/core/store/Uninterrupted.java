package io.postern.core.store;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** Waiting that an interrupt does not end; the thread is left interrupted afterwards. */
final class Uninterrupted {
  private Uninterrupted() {}

  static void await(CountDownLatch latch) {
    until(
        () -> {
          latch.await();
          return true;
        });
  }

  static void join(Thread thread) {
    until(
        () -> {
          thread.join();
          return true;
        });
  }

  static <T> T take(BlockingQueue<T> queue) {
    return until(queue::take);
  }

  private static <T> T until(Callable<T> waiting) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return waiting.call();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
