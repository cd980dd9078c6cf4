package io.postern.core.credential;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.CredentialLimits;
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
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which one instance of a plug-in is called: as many as the limit says, so that a
 * plug-in that hangs takes its own threads and nobody else's (rule ECM-6).
 */
final class HeldCalls implements AutoCloseable {
  private final String manager;
  private final ClassLoader loader;
  private final CredentialLimits limits;
  private final InstantSource clock;
  private final Semaphore places;
  private final ThreadPoolExecutor threads;

  HeldCalls(String manager, ClassLoader loader, CredentialLimits limits, InstantSource clock) {
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
    Limit limit = limit();
    return start(what, () -> call.apply(limit.deadline()), late, over, limit);
  }

  /** As {@link #start(String, Function, Consumer, Runnable)}, within what is left of a limit. */
  <T extends @Nullable Object> HeldCall<T> start(
      String what, Supplier<T> call, Consumer<T> late, Runnable over, Limit limit) {
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
    try {
      return run(what, call, late, places::release, over, limit);
    } catch (RuntimeException | Error e) {
      // Also an Error: where the machine has no thread left, a place must not go with it.
      places.release();
      throw e;
    }
  }

  /**
   * Begins a call that takes nobody's place: how a plug-in does is asked most of all while all its
   * places are taken. Whoever asks sees to it that there is one at a time.
   */
  <T extends @Nullable Object> HeldCall<T> startBeside(String what, Function<Instant, T> call) {
    Limit limit = limit();
    return run(what, () -> call.apply(limit.deadline()), late -> {}, () -> {}, () -> {}, limit);
  }

  private Limit limit() {
    return Limit.from(clock, limits);
  }

  /**
   * Until when a call is waited for.
   *
   * @param deadline as plug-ins are told
   * @param giveUpAt as {@link System#nanoTime} has it
   */
  record Limit(Instant deadline, long giveUpAt) {
    /** A call's time from now on. */
    static Limit from(InstantSource clock, CredentialLimits limits) {
      return new Limit(
          clock.instant().plus(limits.perCall()), System.nanoTime() + limits.perCall().toNanos());
    }
  }

  private <T extends @Nullable Object> HeldCall<T> run(
      String what, Supplier<T> call, Consumer<T> late, Runnable free, Runnable over, Limit limit) {
    HeldCall<T> held =
        new HeldCall<>(manager, what, call, late, free, over, loader, limit.giveUpAt());
    try {
      threads.execute(held);
      return held;
    } catch (RejectedExecutionException e) {
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
