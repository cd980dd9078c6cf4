package io.postern.credential.vault;

import io.github.jopenlibs.vault.response.LogicalResponse;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leases under which Vault lends. Which call got which is remembered as long as this instance
 * lives: the caller may never have seen the answer.
 *
 * @see "https://developer.hashicorp.com/vault/api-docs/system/leases"
 */
final class Leases {
  private static final Logger log = LoggerFactory.getLogger(Leases.class);
  private static final int MOST_REMEMBERED = 10_000;

  private final Vault vault;
  private final Driver driver;
  private final InstantSource clock;
  private final LostAnswers lost;

  /** Until when each is good, as far as this instance knows. */
  private final Map<String, Instant> ends = new HashMap<>();

  private final Map<String, String> byCall =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
          boolean full = size() > MOST_REMEMBERED;
          if (full) {
            ends.remove(eldest.getValue());
          }
          return full;
        }
      };

  Leases(Vault vault, Driver driver, InstantSource clock) {
    this.vault = vault;
    this.driver = driver;
    this.clock = clock;
    this.lost = new LostAnswers(vault.faults(), clock);
  }

  InstantSource clock() {
    return clock;
  }

  /** What was asked for and never answered. */
  LostAnswers lost() {
    return lost;
  }

  /** Asks for something that is lent, and remembers that it may be when no answer comes. */
  Answer ask(Ask ask, Wanted wanted, TimeLimit limit) {
    try {
      return vault.ask(ask, limit);
    } catch (ProviderException e) {
      if (!e.isWithoutEffect()) {
        lost.add(wanted);
      }
      throw e;
    }
  }

  /** The terms of what {@code answer} lends, counted from before it was asked for; if it does. */
  LeaseTerms terms(Answer answer, Instant asked, String callId) {
    String lease = answer.text("lease_id");
    if (lease.isEmpty()) {
      return LeaseTerms.unlimited();
    }
    Instant end = asked.plusSeconds(Math.max(0, answer.number("lease_duration")));
    synchronized (byCall) {
      byCall.put(callId, lease);
      ends.put(lease, end);
    }
    return new LeaseTerms(lease, Optional.of(end), answer.isTrue("renewable"));
  }

  /** The lease that a call got here before, if any. */
  Optional<String> of(String callId) {
    synchronized (byCall) {
      return Optional.ofNullable(byCall.get(callId));
    }
  }

  /**
   * Vault counts from now, and would shorten a lease that lasts longer: such a one is left as it
   * is.
   */
  LeaseTerms renew(String key, String lease, Instant until, TimeLimit limit) {
    Instant asked = clock.instant();
    Instant end = end(key, lease, limit);
    if (!until.isAfter(end)) {
      return new LeaseTerms(lease, Optional.of(end), true);
    }
    long seconds = Math.max(1, until.getEpochSecond() - asked.getEpochSecond());
    String what = "renewing the lease of credential '" + key + "'";
    LogicalResponse response =
        driver.write(
            "sys/leases/renew",
            Map.of("lease_id", lease, "increment", seconds),
            // Renewed twice is renewed.
            new Ask("POST", "", null, false, Set.of(400, 404), what),
            (ask, answer) -> alive(key, ask, answer),
            limit);
    long life = Optional.ofNullable(response.getLeaseDuration()).orElse(0L);
    boolean renewable = Optional.ofNullable(response.getRenewable()).orElse(false);
    Instant renewed = asked.plusSeconds(Math.max(0, life));
    synchronized (byCall) {
      ends.replace(lease, renewed);
    }
    return new LeaseTerms(lease, Optional.of(renewed), renewable);
  }

  /** A lease that another process got has to be asked for. */
  private Instant end(String key, String lease, TimeLimit limit) {
    synchronized (byCall) {
      Instant known = ends.get(lease);
      if (known != null) {
        return known;
      }
    }
    String left = Driver.text(lookUp(key, lease, limit), "ttl");
    return clock.instant().plusSeconds(left.matches("\\d{1,12}") ? Long.parseLong(left) : 0);
  }

  /** Whether Vault knows a lease still; another instance may have ended it. */
  boolean lives(String key, String lease, TimeLimit limit) {
    try {
      lookUp(key, lease, limit);
      return true;
    } catch (ProviderException e) {
      if (e.failure() != Failure.NOT_FOUND) {
        throw e;
      }
      return false;
    }
  }

  private LogicalResponse lookUp(String key, String lease, TimeLimit limit) {
    return driver.write(
        "sys/leases/lookup",
        Map.of("lease_id", lease),
        new Ask(
            "POST",
            "",
            null,
            false,
            Set.of(400, 404),
            "looking at the lease of credential '" + key + "'"),
        (ask, answer) -> alive(key, ask, answer),
        limit);
  }

  private Answer alive(String key, Ask ask, Answer answer) {
    if (answer.status() / 100 == 2) {
      return answer;
    }
    try (answer) {
      throw isGone(answer)
          ? vault
              .faults()
              .of(
                  Failure.NOT_FOUND,
                  true,
                  "the lease of credential '" + key + "' has ended; get another one",
                  ask + ": " + answer.inWords(),
                  null)
          : vault.faults().refused(ask, answer);
    }
  }

  /**
   * Ends a lease, and returns when Vault has done so: then the account is gone, or checked in. One
   * that has ended already is no failure.
   */
  void revoke(String key, String lease, TimeLimit limit) {
    driver.write(
        "sys/leases/revoke",
        Map.of("lease_id", lease, "sync", true),
        new Ask("POST", "", null, true, Set.of(400, 404), "giving credential '" + key + "' back"),
        (ask, answer) -> {
          if (answer.status() / 100 == 2 || isGone(answer)) {
            return answer;
          }
          try (answer) {
            throw vault.faults().refused(ask, answer);
          }
        },
        limit);
    synchronized (byCall) {
      byCall.values().remove(lease);
      ends.remove(lease);
    }
  }

  /** Something was lent under no lease: nobody could give it back, so nobody gets it. */
  ProviderException withoutOne(Wanted wanted) {
    lost.add(wanted);
    return vault
        .faults()
        .of(
            Failure.MISCONFIGURED,
            false,
            "credential '"
                + wanted.key()
                + "' came without a lease, so that it could not be given back; see what answers"
                + " there in Vault's place",
            "no lease_id at " + wanted.path(),
            null);
  }

  /** What was got and cannot be used is given back at once, as far as that can be done. */
  void revokeUnused(Wanted wanted, String lease, TimeLimit limit) {
    if (lease.isEmpty()) {
      lost.add(wanted);
      return;
    }
    try {
      revoke(wanted.key(), lease, limit);
    } catch (RuntimeException e) {
      // The caller is told of the first failure; this one only lets the lease live to its end.
      log.warn(
          "vault lease of an unusable secret was not revoked key={} lease={}", wanted.key(), lease);
    }
  }

  private static boolean isGone(Answer answer) {
    return answer.says("lease not found")
        || answer.says("invalid lease")
        || answer.says("lease expired")
        || (answer.status() == 404 && !answer.says("no handler for route"));
  }
}
