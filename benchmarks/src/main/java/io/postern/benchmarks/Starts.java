package io.postern.benchmarks;

import io.postern.ErrorCode;
import io.postern.Postern;
import io.postern.PosternException;
import io.postern.jump.JumpItemId;
import io.postern.session.Session;
import io.postern.session.Sessions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;

/**
 * Starts sessions through the public API, each in a random minute within a year: nobody to be
 * asked, nothing to be made ready yet.
 */
final class Starts implements Callable<Session> {
  static final int SLOTS = 500_000;
  static final Duration SLOT = Duration.ofMinutes(1);

  private final Sessions sessions;
  private final int items;
  private final Instant base;
  private final LongAdder taken = new LongAdder();

  Starts(Postern postern, int items) {
    this.sessions = postern.as(Site.MAYA).sessions();
    this.items = items;
    this.base = base();
  }

  static Instant base() {
    return Instant.now().truncatedTo(ChronoUnit.HOURS).plus(Duration.ofHours(24));
  }

  @Override
  public Session call() {
    while (true) {
      try {
        return one(ThreadLocalRandom.current().nextInt(items) + 1);
      } catch (PosternException e) {
        if (e.code() != ErrorCode.RESERVED) {
          throw e;
        }
        taken.increment();
      }
    }
  }

  Session one(int item) {
    Instant start = base.plus(SLOT.multipliedBy(ThreadLocalRandom.current().nextInt(SLOTS)));
    return sessions.start(
        JumpItemId.of(Integer.toString(item)),
        ask -> ask.reason("INC-4711").startingAt(start).lasting(SLOT));
  }

  /** How often a slot was taken already, and another was tried. */
  long taken() {
    return taken.sum();
  }
}
