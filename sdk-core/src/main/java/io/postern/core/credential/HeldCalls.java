package io.postern.core.credential;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.credential.CredentialManagers.Limits;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which one manager's plug-in is called: as many as the limit says, so that a
 * plug-in that hangs takes its own threads and nobody else's (rule ECM-6).
 */
final class HeldCalls implements AutoCloseable {
  private final String manager;
  private final ClassLoader loader;
  private final Limits limits;
  private final InstantSource clock;
  private final Semaphore places;
  private final ThreadPoolExecutor threads;

  HeldCalls(String manager, ClassLoader loader, Limits limits, InstantSource clock) {
    this.manager = manager;
    this.loader = loader;
    this.limits = limits;
    this.clock = clock;
    // The bound is here and not in the pool, where a thread that has answered still counts.
    this.places = new Semaphore(limits.atOnce());
    AtomicInteger made = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            30,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> {
              Thread thread =
                  new Thread(work, "postern-credential-" + manager + "-" + made.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Calls and waits. {@code call} is given the instant until which its answer is waited for. */
  <T extends @Nullable Object> T call(String what, Function<Instant, T> call, Consumer<T> late) {
    return start(what, call, late).await();
  }

  /** Begins a call. */
  <T extends @Nullable Object> HeldCall<T> start(
      String what, Function<Instant, T> call, Consumer<T> late) {
    return start(what, call, late, () -> {});
  }

  /**
   * Begins a call.
   *
   * @param late gets the answer when it comes after the waiter gave up
   * @param over runs when all is over, however late, and {@code late} has had the answer
   * @throws PosternException CREDENTIAL_THROTTLED at once, without effect, when as many calls as
   *     the limit allows are under way; CLOSED
   */
  <T extends @Nullable Object> HeldCall<T> start(
      String what, Function<Instant, T> call, Consumer<T> late, Runnable over) {
    if (!places.tryAcquire()) {
      throw ProviderException.withoutEffect(
          Failure.THROTTLED,
          "credential manager '"
              + manager
              + "' has "
              + limits.atOnce()
              + " calls under way, which is its limit; try again later",
          "bulkhead full (" + what + ")",
          null);
    }
    Instant deadline = clock.instant().plus(limits.perCall());
    HeldCall<T> held =
        new HeldCall<>(
            manager,
            what,
            () -> call.apply(deadline),
            late,
            places::release,
            over,
            loader,
            System.nanoTime() + limits.perCall().toNanos());
    try {
      threads.execute(held);
      return held;
    } catch (RejectedExecutionException e) {
      places.release();
      throw new PosternException(
          ErrorCode.CLOSED, "credential manager '" + manager + "' is closed", e);
    }
  }

  /** Interrupts what runs and takes no more. Does not wait. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
