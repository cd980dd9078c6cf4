package io.postern.core.credential;

import io.postern.PosternException;
import io.postern.spi.credential.Health;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How one member stands in its group: connected or lost, and since which turn (rule ECM-8). A new
 * member counts as connected: its first call, or the first probe, shows it.
 */
final class Standing {
  private static final Logger log = LoggerFactory.getLogger(Standing.class);

  private final String member;
  private final AtomicLong turns;
  private final InstantSource clock;
  private boolean usable = true;
  private long epoch;
  private Instant since;
  private String detail = "";
  private long losses;
  private String lastLoss = "";

  /**
   * @param turns of the group, of which each change takes the next
   */
  Standing(String member, AtomicLong turns, InstantSource clock) {
    this.member = member;
    this.turns = turns;
    this.clock = clock;
    this.epoch = turns.incrementAndGet();
    this.since = clock.instant();
  }

  /** What a member looked like at one instant. */
  record View(
      boolean usable,
      long epoch,
      Optional<Instant> connectedSince,
      String detail,
      long losses,
      String lastLoss) {}

  synchronized View view() {
    return new View(
        usable, epoch, usable ? Optional.of(since) : Optional.empty(), detail, losses, lastLoss);
  }

  /**
   * Which connection this is, or which absence: later is more. What began in another one says
   * nothing of this.
   */
  synchronized long epoch() {
    return epoch;
  }

  /** A call that began in {@code then} was answered. */
  void answered(long then) {
    if (!view().usable()) {
      change(true, then, "it answers again");
    }
  }

  /** A call that began in {@code then} failed in a way that takes the member for lost. */
  void failed(long then, PosternException failure) {
    change(false, then, Setbacks.text(failure));
  }

  void probed(Health health, long then) {
    change(health.usable(), then, health.detail());
  }

  private synchronized void change(boolean now, long then, String text) {
    if (then != epoch) {
      return;
    }
    detail = text;
    if (now == usable) {
      return;
    }
    usable = now;
    epoch = turns.incrementAndGet();
    since = clock.instant();
    if (!now) {
      losses++;
      lastLoss = text;
    }
    log.debug("member={} usable={} detail={}", member, now, text);
  }
}
