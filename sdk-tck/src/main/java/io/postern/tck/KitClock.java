package io.postern.tck;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The clock that the provider under test is given: it stands still until a rule moves it. A store
 * that a test plays itself goes by it too. Safe for use by several threads.
 *
 * <p>It begins years after the day on which this was written, so that a provider that reads the
 * system's clock instead gives itself away.
 */
public final class KitClock implements InstantSource {
  private Instant now = Instant.parse("2036-02-29T12:00:00Z");

  KitClock() {}

  @Override
  public synchronized Instant instant() {
    return now;
  }

  /** Moves the clock, such as to the time of a real server; only before the first call. */
  public synchronized void set(Instant instant) {
    now = instant;
  }

  synchronized void advance(Duration duration) {
    now = now.plus(duration);
  }
}
