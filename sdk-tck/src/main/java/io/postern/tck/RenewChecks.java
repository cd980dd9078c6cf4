package io.postern.tck;

import io.postern.spi.CallContext;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.RenewsLeases;
import io.postern.spi.credential.RenewsLeases.RenewRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** How leases are made to last. */
final class RenewChecks {
  private RenewChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(SpiRule.RENEW_1, "renewing never shortens", RenewChecks::longer),
        new Check(SpiRule.RENEW_2, "what was given back is NOT_FOUND", RenewChecks::ended));
  }

  record Renewable(RenewsLeases renewing, String key, CallContext call, LeaseTerms lease) {}

  static Renewable renewable(Subject subject) throws Exception {
    RenewsLeases renewing = Wanted.capability(subject, RenewsLeases.class);
    for (FoundCredential one : Wanted.plain(subject)) {
      CallContext call = subject.call(subject.under.person);
      Lent lent = subject.resolve(one.key(), call);
      if (lent.lease().renewable()) {
        return new Renewable(renewing, one.key(), call, lent.lease());
      }
    }
    return Assumptions.abort("no lease is renewable; give the store a credential that has such");
  }

  private static RenewRequest until(Subject subject, Renewable one, Instant until) {
    CallContext call = subject.call(subject.under.person, one.call().callId());
    return new RenewRequest(one.key(), one.lease().reference(), until, call);
  }

  private static void longer(Subject subject) throws Exception {
    Renewable one = renewable(subject);
    Instant end = one.lease().expiresAt().orElse(subject.clock.instant());
    LeaseTerms sooner = renew(subject, one, until(subject, one, subject.clock.instant()));
    requireNotBefore(end, sooner, "asked for a time before that");
    LeaseTerms later = renew(subject, one, until(subject, one, end.plus(Duration.ofMinutes(10))));
    requireNotBefore(end, later, "asked for ten minutes more");
  }

  private static LeaseTerms renew(Subject subject, Renewable one, RenewRequest request)
      throws Exception {
    LeaseTerms terms = subject.ask(SpiRule.RENEW_1, "renew", () -> one.renewing().renew(request));
    if (terms == null) {
      throw new RuleBroken(SpiRule.RENEW_1, "renew returned null");
    }
    subject.leaks.heard(SpiRule.LEAK_4, "a lease reference of renew", terms.reference());
    return terms;
  }

  private static void requireNotBefore(Instant end, LeaseTerms renewed, String asked) {
    if (renewed.expiresAt().filter(now -> now.isBefore(end)).isPresent()) {
      throw new RuleBroken(
          SpiRule.RENEW_1,
          "a lease until "
              + end
              + " lasts until "
              + renewed.expiresAt().get()
              + " when renewed, "
              + asked);
    }
  }

  private static void ended(Subject subject) throws Exception {
    Renewable one = renewable(subject);
    subject.release(one.key(), one.lease().reference(), one.call(), SpiRule.RELEASE_1);
    RenewRequest request =
        until(subject, one, subject.clock.instant().plus(Duration.ofMinutes(10)));
    subject.refused(
        SpiRule.RENEW_2,
        "renew of a lease that was given back",
        () -> one.renewing().renew(request),
        Failure.NOT_FOUND);
  }
}
