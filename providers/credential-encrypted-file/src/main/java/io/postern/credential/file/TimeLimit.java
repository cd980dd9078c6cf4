package io.postern.credential.file;

import io.postern.spi.CallContext;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How long one call may take, and how much of that it may wait for others to be done with the file.
 * Immutable.
 */
final class TimeLimit {
  private final Duration forLocks;
  private final Instant deadline;
  private final InstantSource clock;

  private TimeLimit(Duration forLocks, Instant deadline, InstantSource clock) {
    this.forLocks = forLocks;
    this.deadline = deadline;
    this.clock = clock;
  }

  static TimeLimit until(Instant deadline, Duration forLocks, InstantSource clock) {
    return new TimeLimit(forLocks, deadline, clock);
  }

  static TimeLimit of(CallContext call, Duration forLocks, InstantSource clock) {
    return until(call.deadline(), forLocks, clock);
  }

  /** No deadline; only waiting for others is limited. */
  static TimeLimit forLocks(Duration forLocks) {
    return new TimeLimit(forLocks, Instant.MAX, InstantSource.fixed(Instant.MIN));
  }

  /** How long to wait for others: the lesser of both limits. */
  long nanosForLocks() {
    Duration wait = deadlineComesFirst() ? left() : forLocks;
    return TimeUnit.NANOSECONDS.convert(wait);
  }

  /** Whether it is the deadline that ends waiting for others, rather than the lock's own limit. */
  boolean deadlineComesFirst() {
    return left().compareTo(forLocks) < 0;
  }

  Duration forLocks() {
    return forLocks;
  }

  /**
   * Goes on only while somebody waits for the answer.
   *
   * @throws ProviderException TIMED_OUT when the deadline has passed or the thread was interrupted
   */
  void check() {
    if (left().isZero()) {
      throw ProviderException.withoutEffect(
          Failure.TIMED_OUT,
          "the encrypted credential file was not answered for in time; try again with more time",
          "deadline=" + deadline + " passed before the file was changed",
          null);
    }
    if (Thread.currentThread().isInterrupted()) {
      throw interrupted(null);
    }
  }

  static ProviderException interrupted(@Nullable Throwable cause) {
    return ProviderException.withoutEffect(
        Failure.TIMED_OUT,
        "the work on the encrypted credential file was called off; try again",
        "the thread was interrupted before the file was changed",
        cause);
  }

  private Duration left() {
    Duration left = Duration.between(clock.instant(), deadline);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
