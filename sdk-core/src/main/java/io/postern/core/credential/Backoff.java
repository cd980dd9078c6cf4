package io.postern.core.credential;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When what failed is tried again: 10 s, then four times as long each time, a quarter more or less,
 * and never more than an hour.
 */
final class Backoff {
  /**
   * So many refusals end the tries, so many silences call a person. With the pauses between them
   * that is about an hour.
   */
  static final int MOST_TRIES = 6;

  private static final Duration FIRST = Duration.ofSeconds(10);

  /** An hour with the quarter more. */
  private static final Duration LONGEST = Duration.ofMinutes(48);

  private Backoff() {}

  /**
   * @param failures how often it failed, 1 or more
   */
  static Duration after(int failures) {
    long millis =
        Math.min(FIRST.toMillis() << (2 * Math.min(failures - 1, MOST_TRIES)), LONGEST.toMillis());
    // Leases that failed together must not come back together.
    return Duration.ofMillis(millis * 3 / 4 + ThreadLocalRandom.current().nextLong(millis / 2));
  }
}
