package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.tool.Guard.Tended;
import io.postern.session.Tool;
import io.postern.spi.injection.Injector;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an injector made, in the session that it belongs to: the gate that it asks, and what closes
 * it. Safe for use by several threads.
 */
final class Injected implements Injector.Gate, Tended {
  private static final Logger log = LoggerFactory.getLogger(Injected.class);

  /** It is code of others, and no session waits for it for ever. */
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(5);

  private final String target;
  private final SessionGate gate;
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile @Nullable AutoCloseable made;
  private @Nullable Runnable whenClosed;
  private boolean over;

  Injected(String target, SessionGate gate) {
    this.target = target;
    this.gate = gate;
  }

  void holds(AutoCloseable what) {
    made = what;
  }

  @Override
  public void requireOpen() {
    gate.require(Tool.INJECTION);
  }

  @Override
  public void requirePassing() {
    gate.requireOpen();
  }

  @Override
  public void closed() {
    Runnable action;
    synchronized (this) {
      over = true;
      action = whenClosed;
      whenClosed = null;
    }
    if (action != null) {
      action.run();
    }
  }

  /** Has {@code action} run once it is closed by whomever; at once when it is. */
  void whenClosed(Runnable action) {
    synchronized (this) {
      if (!over) {
        whenClosed = action;
        return;
      }
    }
    action.run();
  }

  /** It may be at work whenever it is there: a program runs, a statement too. */
  @Override
  public boolean isBusy() {
    return !closing.get();
  }

  /** What the policies of now forbid is closed; what cannot be judged goes on. */
  @Override
  public void judgeAnew() {
    try {
      requireOpen();
    } catch (PosternException e) {
      ErrorCode.Category category = e.code().category();
      if (category == ErrorCode.Category.DENIED || category == ErrorCode.Category.USER) {
        log.debug("closed, for it is not allowed any more session={}", gate.session());
        close();
      }
    }
  }

  /** Closes what was made. Harmless when done twice. */
  @Override
  public void close() {
    AutoCloseable what = made;
    if (what == null || !closing.compareAndSet(false, true)) {
      return;
    }
    CountDownLatch done = new CountDownLatch(1);
    Thread closer =
        new Thread(
            null,
            () -> {
              try {
                what.close();
              } catch (Throwable e) {
                // By its kind alone: its text may hold the secret.
                log.warn(
                    "what was injected did not close well session={} target={} failure={}",
                    gate.session(),
                    target,
                    e.getClass().getName());
              } finally {
                done.countDown();
              }
            },
            "postern-injection-closer",
            0,
            false);
    closer.setDaemon(true);
    closer.start();
    await(done);
  }

  private void await(CountDownLatch done) {
    long deadline = System.nanoTime() + PATIENCE;
    boolean interrupted = false;
    try {
      while (true) {
        try {
          if (!done.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            log.warn(
                "what was injected does not close session={} target={}", gate.session(), target);
          }
          return;
        } catch (InterruptedException e) {
          interrupted = true; // what was made is closed all the same
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
