package io.postern.jump;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How many sessions an item bears at once (rule SCH-5).
 *
 * @param places how many, 1 to 1,000; 0 for any number
 * @param cleanup how long the item is taken after each session, before the next may begin (rule
 *     SCH-6); nothing where any number may
 */
public record Occupancy(int places, Duration cleanup) {
  public Occupancy {
    if (places < 0 || places > 1_000) {
      throw new IllegalArgumentException("places must be 0 to 1000, was " + places);
    }
    if (requireNonNull(cleanup, "cleanup").isNegative()
        || cleanup.compareTo(Duration.ofDays(30)) > 0) {
      throw new IllegalArgumentException("cleanup time must be 0 to 30 days, was " + cleanup);
    }
  }

  /** Any number of sessions. */
  public static Occupancy shared() {
    return new Occupancy(0, Duration.ZERO);
  }

  /** At most {@code sessions} at once. */
  public static Occupancy sharedBy(int sessions) {
    if (sessions < 1) {
      throw new IllegalArgumentException("at least one session must have a place, was " + sessions);
    }
    return new Occupancy(sessions, Duration.ZERO);
  }

  /** One at a time, and nothing for {@code cleanup} after each. */
  public static Occupancy exclusive(Duration cleanup) {
    return new Occupancy(1, cleanup);
  }

  /** Whether sessions must reserve a place. */
  public boolean isLimited() {
    return places > 0;
  }
}
