package io.postern.credential.vault;

import io.postern.PosternException;
import io.postern.credential.Secret;
import io.postern.credential.vault.LogOn.Granted;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.json.JsonBody;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The token that Postern itself has at Vault: got when it is first needed, renewed when two thirds
 * of its life are over, got anew when it has ended. One caller at a time sees to that; the others
 * wait, or go on with the one there is while it is good.
 */
final class OwnToken implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OwnToken.class);

  /** A token that ends while its request is on the way is of no use. */
  private static final Duration RESERVE = Duration.ofSeconds(2);

  private static final Duration AFTER_FAILED_RENEWAL = Duration.ofSeconds(10);

  private final Server server;
  private final LogOn logOn;
  private final InstantSource clock;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile @Nullable Held held;
  private boolean closed;

  /** A token, and what is known of its life. */
  private record Held(Granted granted, Instant renewAt, Instant end, long number) {
    boolean isOver(Instant now) {
      return !now.isBefore(end);
    }
  }

  /**
   * A token for one request.
   *
   * @param token closed by whoever asked
   * @param number which of those there have been
   */
  record Loan(Secret token, long number) implements AutoCloseable {
    @Override
    public void close() {
      token.close();
    }
  }

  OwnToken(Server server, LogOn logOn, InstantSource clock) {
    this.server = server;
    this.logOn = logOn;
    this.clock = clock;
  }

  /** A token that is good as far as is known. */
  Loan borrow(TimeLimit limit) {
    Held now = held;
    Instant instant = clock.instant();
    if (now != null && !now.isOver(instant)) {
      if (instant.isBefore(now.renewAt()) || !turn.tryLock()) {
        return lend(); // Good for long, or somebody else renews it.
      }
    } else {
      takeTurn(limit);
    }
    try {
      Held latest = held;
      if (latest == null || latest.isOver(clock.instant())) {
        replace(latest, limit);
      } else if (!clock.instant().isBefore(latest.renewAt())) {
        renew(latest, limit);
      }
    } finally {
      turn.unlock();
    }
    return lend();
  }

  /**
   * Vault refused a request that was made with token {@code number}. Says whether there is another
   * one now, with which it may be made again.
   */
  boolean isReplacedAfterRefusal(long number, TimeLimit limit) {
    takeTurn(limit);
    try {
      Held latest = held;
      if (latest == null || latest.number() != number) {
        return true; // Somebody else has seen to it.
      }
      if (isKnown(latest, limit)) {
        return false; // The token is good; it is the request that is not allowed.
      }
      replace(latest, limit);
      return true;
    } finally {
      turn.unlock();
    }
  }

  private boolean isKnown(Held latest, TimeLimit limit) {
    Ask ask =
        Ask.reading("auth/token/lookup-self", "looking at Postern's own token").tolerating(403);
    try (Answer answer = server.ask(ask, latest.granted().token(), limit)) {
      return answer.status() != 403;
    }
  }

  private void replace(@Nullable Held old, TimeLimit limit) {
    if (old != null && !logOn.isRepeatable()) {
      throw server
          .faults()
          .denied(
              "the token that was unwrapped for Postern has ended, and cannot be unwrapped again;"
                  + " give a new one",
              "log-on by wrapped-token happens once");
    }
    Granted granted;
    try {
      granted = logOn.logOn(server, limit);
    } catch (ProviderException e) {
      throw e;
    } catch (PosternException e) {
      throw server.faults().closed(); // What proves who we are has been wiped meanwhile.
    }
    log.debug("vault log-on done server={} life={}", server, granted.life());
    take(granted, old);
  }

  private void renew(Held latest, TimeLimit limit) {
    try (JsonBody none = JsonBody.create()) {
      Ask ask =
          Ask.posting("auth/token/renew-self", none.written(), "renewing Postern's own token")
              .harmless();
      try (Answer answer = server.ask(ask, latest.granted().token(), limit)) {
        take(Granted.from(ask, answer, server), latest);
        log.debug("vault token renewed server={}", server);
      }
    } catch (ProviderException e) {
      if (e.failure() == Failure.DENIED && logOn.isRepeatable()) {
        replace(latest, limit);
        return;
      }
      // It is good for a third of its life still; the call that met this need not fail for it.
      log.debug("vault token not renewed server={} reason={}", server, e.logText());
      held =
          new Held(
              latest.granted(),
              clock.instant().plus(AFTER_FAILED_RENEWAL),
              latest.end(),
              latest.number());
    }
  }

  /** For one that was not renewable the end is near, and another log-on is what renews it. */
  private void take(Granted granted, @Nullable Held old) {
    Instant now = clock.instant();
    Duration life = granted.life();
    boolean endless = life.isZero();
    Instant end = endless ? Instant.MAX : now.plus(life).minus(min(RESERVE, life.dividedBy(2)));
    Instant renewAt =
        endless || !granted.renewable() ? Instant.MAX : now.plus(life.multipliedBy(2).dividedBy(3));
    synchronized (this) {
      if (closed) {
        granted.token().close();
        throw server.faults().closed();
      }
      held = new Held(granted, renewAt, end, old == null ? 1 : old.number() + 1);
      if (old != null) {
        old.granted().token().close();
      }
    }
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private synchronized Loan lend() {
    Held now = held;
    if (closed || now == null) {
      throw server.faults().closed();
    }
    return new Loan(now.granted().token().copy(), now.number());
  }

  private void takeTurn(TimeLimit limit) {
    boolean mine;
    try {
      mine = turn.tryLock(limit.nanosLeft(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      mine = false;
    }
    if (!mine) {
      throw server
          .faults()
          .of(
              Failure.TIMED_OUT,
              true,
              "Postern's log-on there did not come through in time; try again",
              "another thread is logging on",
              null);
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      Held last = held;
      if (last != null) {
        last.granted().token().close();
      }
    }
    logOn.close();
  }
}
