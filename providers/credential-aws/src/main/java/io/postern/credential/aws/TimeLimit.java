package io.postern.credential.aws;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Until when one call is waited for. Immutable. */
record TimeLimit(Instant deadline, InstantSource clock) {
  Duration left() {
    Duration left = Duration.between(clock.instant(), deadline);
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
