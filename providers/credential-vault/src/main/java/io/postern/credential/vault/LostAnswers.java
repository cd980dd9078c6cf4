package io.postern.credential.vault;

import io.postern.spi.credential.ProviderException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls whose request went out and whose answer was never read. Vault may have lent something
 * for each of them, under a lease that nobody knows: it has no idempotency keys, and its list of
 * leases says neither for whom nor for which call one was made. So nobody can give such a thing
 * back, and nobody may say that it is: a person has to look, until it has ended for certain.
 *
 * <p>Kept as long as this instance lives. Safe for use by several threads.
 */
final class LostAnswers {
  private static final Logger log = LoggerFactory.getLogger(LostAnswers.class);
  private static final int MOST_REMEMBERED = 10_000;

  /**
   * So long after we gave up Vault may still make what it was asked for: it ends its own requests
   * after 90 s when it is not told otherwise.
   *
   * @see "https://developer.hashicorp.com/vault/docs/configuration#default_max_request_duration"
   */
  private static final Duration AT_WORK = Duration.ofMinutes(5);

  private final Faults faults;
  private final InstantSource clock;

  /** How long what is lent by this path lives when nobody renews it, as far as Vault said so. */
  private final Map<String, Duration> lives = new ConcurrentHashMap<>();

  private final Map<String, Lost> byCall =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Lost> eldest) {
          boolean full = size() > MOST_REMEMBERED;
          if (full) {
            log.warn("too many lost answers, one is forgotten path={}", eldest.getValue().path());
          }
          return full;
        }
      };

  /**
   * One that went out.
   *
   * @param path where it was asked for, which is what its lease begins with
   * @param at when it was given up
   * @param end when whatever was lent has ended; null when that is not known
   */
  private record Lost(String path, Instant at, @Nullable Instant end) {
    /** What several of one call come to: the last to end. */
    Lost and(Lost later) {
      return end == null || (later.end != null && later.end.isBefore(end)) ? this : later;
    }
  }

  LostAnswers(Faults faults, InstantSource clock) {
    this.faults = faults;
    this.clock = clock;
  }

  /**
   * Learns how long what is lent by a path lives.
   *
   * @param seconds as Vault writes it; what is no number above zero says nothing
   */
  void learn(String path, String seconds) {
    if (!seconds.matches("[1-9]\\d{0,9}")) {
      lives.remove(path);
    } else if (lives.size() < MOST_REMEMBERED || lives.containsKey(path)) {
      lives.put(path, Duration.ofSeconds(Long.parseLong(seconds)));
    }
  }

  /** What was learned of a path; null when nothing was. */
  @Nullable Duration life(String path) {
    return lives.get(path);
  }

  /** Remembers that this may have been lent. */
  void add(Wanted wanted) {
    Instant now = clock.instant();
    Duration life = wanted.life();
    Lost lost = new Lost(wanted.path(), now, life == null ? null : now.plus(AT_WORK).plus(life));
    synchronized (byCall) {
      byCall.merge(wanted.callId(), lost, Lost::and);
    }
  }

  /**
   * Refuses to say that all of a call is given back while something may live that nobody knows of.
   *
   * @throws ProviderException DENIED, so that no other instance is asked, which knows nothing of
   *     it, and after some tries a person is called
   */
  void requireNone(String key, String callId) throws ProviderException {
    Lost lost;
    synchronized (byCall) {
      lost = byCall.get(callId);
      if (lost == null) {
        return;
      }
      if (lost.end() != null && !clock.instant().isBefore(lost.end())) {
        byCall.remove(callId);
        return;
      }
    }
    throw faults.denied(
        "credential '"
            + key
            + "' cannot be given back: the answer to the request for "
            + lost.path()
            + " was lost on "
            + lost.at()
            + ", and Vault may have lent what nobody has and no lease is known of"
            + (lost.end() == null
                ? ". It lives as long as Vault's settings for that path say"
                : ". It ends by itself by " + lost.end())
            + "; look for a lease of that time below sys/leases/lookup/"
            + lost.path()
            + " and revoke it, then settle this by hand",
        "lost answer path=" + lost.path() + " at=" + lost.at());
  }
}
