package io.postern.credential.vault;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * How long one call may take. Judged once by the host's clock and counted from there by the
 * machine's own, since waiting for a socket happens in real time. Immutable.
 */
final class TimeLimit {
  private final long end;

  private TimeLimit(long end) {
    this.end = end;
  }

  /** Until the deadline, and no longer than {@code most}. */
  static TimeLimit until(Instant deadline, Duration most, InstantSource clock) {
    Duration left = Duration.between(clock.instant(), deadline);
    return of(left.compareTo(most) < 0 ? left : most);
  }

  static TimeLimit of(Duration time) {
    return new TimeLimit(System.nanoTime() + Math.max(0, time.toNanos()));
  }

  /** The same, and no longer than {@code most} from now. */
  TimeLimit atMost(Duration most) {
    return nanosLeft() < most.toNanos() ? this : of(most);
  }

  long nanosLeft() {
    return Math.max(0, end - System.nanoTime());
  }

  /** Rounded up, so that less than a millisecond is not mistaken for nothing. */
  long millisLeft() {
    return (nanosLeft() + 999_999) / 1_000_000;
  }

  boolean isOver() {
    return nanosLeft() == 0;
  }
}
