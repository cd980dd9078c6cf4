package io.postern.core;

import java.util.concurrent.CountDownLatch;

/** Holds back whoever runs into it until it is opened. */
public final class Barrier implements Runnable {
  private final CountDownLatch arrived = new CountDownLatch(1);
  private final CountDownLatch opened = new CountDownLatch(1);

  /** Waits until it is opened; an interrupt ends the waiting with a failure. */
  @Override
  public void run() {
    arrived.countDown();
    try {
      opened.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As {@link #run}, whatever is done to the thread. */
  public void runDeaf() {
    arrived.countDown();
    boolean waiting = true;
    while (waiting) {
      try {
        opened.await();
        waiting = false;
      } catch (InterruptedException e) {
        // Deaf.
      }
    }
  }

  /** Returns when somebody waits, or has waited. */
  public void awaitArrival() throws InterruptedException {
    arrived.await();
  }

  /** Lets everybody through, for ever. */
  public void open() {
    opened.countDown();
  }
}
