package io.postern.credential.aws;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Until when one call is waited for: measured by the host's clock when it begins, and from then on
 * also by one that nobody sets, so that no wait is longer than it was meant to be. Immutable.
 */
final class TimeLimit {
  private final Instant deadline;
  private final InstantSource clock;
  private final long end;

  TimeLimit(Instant deadline, InstantSource clock) {
    this.deadline = deadline;
    this.clock = clock;
    Duration wait = Duration.between(clock.instant(), deadline);
    // A century is as good as for ever, and fits.
    Duration most = Duration.ofDays(36_525);
    this.end = System.nanoTime() + (wait.compareTo(most) < 0 ? wait : most).toNanos();
  }

  Duration left() {
    Duration byClock = Duration.between(clock.instant(), deadline);
    Duration byWait = Duration.ofNanos(end - System.nanoTime());
    Duration left = byClock.compareTo(byWait) < 0 ? byClock : byWait;
    return left.isNegative() ? Duration.ZERO : left;
  }

  boolean isOver() {
    return left().isZero();
  }

  /** A limit at which half of what is left now is over. */
  TimeLimit half() {
    return new TimeLimit(clock.instant().plus(left().dividedBy(2)), clock);
  }
}
