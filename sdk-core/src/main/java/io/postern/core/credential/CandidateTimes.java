package io.postern.core.credential;

import java.time.Duration;

/**
 * How long what managers answered about candidates holds (rule ECM-10).
 *
 * @param fresh how long no newer answer is asked for; nothing to ask each time, at most 10 minutes
 * @param stale how old an answer is shown at most, while there is no newer one; not shorter than
 *     {@code fresh}, at most a day
 */
public record CandidateTimes(Duration fresh, Duration stale) {
  private static final Duration FRESH_AT_MOST = Duration.ofMinutes(10);
  private static final Duration STALE_AT_MOST = Duration.ofDays(1);

  /**
   * Checks both.
   *
   * @throws IllegalArgumentException when one is out of its range
   */
  public CandidateTimes {
    if (fresh.isNegative() || fresh.compareTo(FRESH_AT_MOST) > 0) {
      throw new IllegalArgumentException("fresh must be 0 to 10 minutes, was " + fresh);
    }
    if (stale.compareTo(fresh) < 0 || stale.compareTo(STALE_AT_MOST) > 0) {
      throw new IllegalArgumentException(
          "stale must be at least " + fresh + " and at most a day, was " + stale);
    }
  }

  /** What holds unless the host says otherwise: 30 seconds, and a quarter of an hour. */
  public static CandidateTimes standard() {
    return new CandidateTimes(Duration.ofSeconds(30), Duration.ofMinutes(15));
  }
}
