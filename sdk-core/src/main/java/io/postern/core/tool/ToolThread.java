package io.postern.core.tool;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A thread that reads for a tool. A daemon: it never keeps the host's process alive. */
final class ToolThread extends Thread {
  ToolThread(String name, Runnable task) {
    // Without the host's inheritable thread locals: they would live as long as the shell does.
    super(null, task, name, 0, false);
    setDaemon(true);
  }

  /** Whether the calling thread is one of these. */
  static boolean isCurrent() {
    return Thread.currentThread() instanceof ToolThread;
  }

  /** Waits until it has run out; true at once on the thread itself, which would wait for ever. */
  boolean awaitOut(long nanos) {
    return Thread.currentThread() == this
        || uninterrupted(
            nanos,
            left -> {
              TimeUnit.NANOSECONDS.timedJoin(this, left);
              return !isAlive();
            });
  }

  /** Waits for a latch, whatever interrupts: whoever closes something must see it closed. */
  static boolean await(CountDownLatch latch, long nanos) {
    return uninterrupted(nanos, left -> latch.await(left, TimeUnit.NANOSECONDS));
  }

  private static boolean uninterrupted(long nanos, Wait wait) {
    long deadline = System.nanoTime() + nanos;
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return wait.upTo(Math.max(1, deadline - System.nanoTime()));
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private interface Wait {
    boolean upTo(long nanos) throws InterruptedException;
  }
}
