package io.postern.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until it is told to move. Safe for use by several threads. */
public final class SettableClock extends Clock {
  /** Shared by all views of one clock. */
  private static final class Hand {
    private Instant now;

    private Hand(Instant now) {
      this.now = now;
    }

    private synchronized Instant moveBy(Duration duration) {
      now = now.plus(duration);
      return now;
    }

    private synchronized void moveTo(Instant instant) {
      now = instant;
    }

    private synchronized Instant position() {
      return now;
    }
  }

  private final Hand hand;
  private final ZoneId zone;

  private SettableClock(Hand hand, ZoneId zone) {
    this.hand = hand;
    this.zone = zone;
  }

  /** A clock that shows {@code instant}, in UTC. */
  public static SettableClock at(Instant instant) {
    return new SettableClock(new Hand(instant), ZoneOffset.UTC);
  }

  /** A clock that shows a moment written as in {@link Instant#parse}: 2026-11-22T09:00:00Z. */
  public static SettableClock at(String instant) {
    return at(Instant.parse(instant));
  }

  /** Moves on, or back with a negative {@code duration}, and returns the new moment. */
  public Instant advance(Duration duration) {
    return hand.moveBy(duration);
  }

  public void set(Instant instant) {
    hand.moveTo(instant);
  }

  @Override
  public Instant instant() {
    return hand.position();
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  /** A view of this clock: it moves with it. */
  @Override
  public SettableClock withZone(ZoneId other) {
    return new SettableClock(hand, other);
  }
}
