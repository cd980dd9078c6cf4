package io.postern.tck;

import io.postern.spi.CallContext;
import io.postern.spi.credential.ChecksOutAccounts;
import io.postern.spi.credential.ChecksOutAccounts.CheckOutRequest;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.RenewsLeases;
import io.postern.spi.credential.RenewsLeases.RenewRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

/** Several instances front one store, and any of them may be asked next. */
final class GroupChecks {
  private GroupChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(SpiRule.GROUP_1, "another instance takes back and renews", GroupChecks::lent),
        new Check(SpiRule.GROUP_1, "another instance checks in", GroupChecks::checkedOut));
  }

  private static void lent(Subject subject) throws Exception {
    CredentialProvider other = subject.make();
    for (FoundCredential one : Wanted.plain(subject)) {
      OptionalInt before = subject.under.outstandingNow();
      CallContext call = subject.call(subject.under.person);
      LeaseTerms lease = subject.resolve(one.key(), call).lease();
      if (lease.renewable() && other instanceof RenewsLeases renewing) {
        Instant until = lease.expiresAt().orElse(subject.clock.instant()).plusSeconds(60);
        subject.ask(
            SpiRule.GROUP_1,
            "renew by another instance",
            () -> renewing.renew(new RenewRequest(one.key(), lease.reference(), until, call)));
      }
      subject.ask(
          SpiRule.GROUP_1,
          "release by another instance",
          () -> {
            other.release(new ReleaseRequest(one.key(), lease.reference(), call));
            return "released";
          });
      if (!subject.under.outstandingNow().equals(before)) {
        throw new RuleBroken(
            SpiRule.GROUP_1, "another instance took '" + one.key() + "' back without effect");
      }
    }
  }

  private static void checkedOut(Subject subject) throws Exception {
    ChecksOutAccounts checking = Wanted.capability(subject, ChecksOutAccounts.class);
    String key = Wanted.exclusive(subject).key();
    ChecksOutAccounts other = (ChecksOutAccounts) subject.make();
    CallContext hers = subject.call(subject.under.person);
    Lent lent = checkOut(subject, checking, key, hers, SpiRule.OUT_1);
    subject.ask(
        SpiRule.GROUP_1,
        "check-in by another instance",
        () -> {
          other.checkIn(new ReleaseRequest(key, lent.lease().reference(), hers));
          return "checked in";
        });
    CallContext his = subject.call(subject.under.colleague());
    Lent next = checkOut(subject, checking, key, his, SpiRule.GROUP_1);
    checking.checkIn(new ReleaseRequest(key, next.lease().reference(), his));
  }

  private static Lent checkOut(
      Subject subject, ChecksOutAccounts checking, String key, CallContext call, SpiRule rule)
      throws Exception {
    Instant until = subject.clock.instant().plus(Duration.ofHours(1));
    CheckOutRequest request = new CheckOutRequest(key, subject.under.endpoint, until, call);
    String what = "check-out for " + call.person().id();
    return subject.lent(
        what, key, call, subject.ask(rule, what, () -> checking.checkOut(request)));
  }
}
