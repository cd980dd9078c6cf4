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
    boolean leased = false;
    for (FoundCredential one : Wanted.plain(subject)) {
      OptionalInt before = subject.under.outstandingNow();
      // By the same instance first: what is broken for one is no matter of the group.
      CallContext own = subject.call(subject.under.person);
      String reference = subject.resolve(one.key(), own).lease().reference();
      subject.release(one.key(), reference, own, SpiRule.RELEASE_1);
      if (!subject.under.outstandingNow().equals(before)) {
        throw new RuleBroken(SpiRule.RELEASE_1, "release of '" + one.key() + "' had no effect");
      }
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
      leased |= !lease.reference().isEmpty();
    }
    Wanted.counted(subject, leased);
  }

  private static void checkedOut(Subject subject) throws Exception {
    ChecksOutAccounts checking = Wanted.capability(subject, ChecksOutAccounts.class);
    String key = Wanted.exclusive(subject).key();
    ChecksOutAccounts other = (ChecksOutAccounts) subject.make();
    CallContext own = subject.call(subject.under.person);
    Lent first = checkOut(subject, checking, key, own, SpiRule.OUT_1);
    checkIn(subject, checking, key, first, own, SpiRule.IN_1);
    CallContext hers = subject.call(subject.under.person);
    Lent lent = checkOut(subject, checking, key, hers, SpiRule.IN_1);
    checkIn(subject, other, key, lent, hers, SpiRule.GROUP_1);
    CallContext his = subject.call(subject.under.colleague());
    Lent next = checkOut(subject, checking, key, his, SpiRule.GROUP_1);
    checkIn(subject, checking, key, next, his, SpiRule.IN_1);
  }

  private static void checkIn(
      Subject subject,
      ChecksOutAccounts checking,
      String key,
      Lent lent,
      CallContext call,
      SpiRule rule)
      throws Exception {
    subject.ask(
        rule,
        "check-in",
        () -> {
          checking.checkIn(new ReleaseRequest(key, lent.lease().reference(), call));
          return "checked in";
        });
  }

  private static Lent checkOut(
      Subject subject, ChecksOutAccounts checking, String key, CallContext call, SpiRule rule)
      throws Exception {
    CheckOutRequest request = subject.checkingOut(key, call);
    String what = "check-out for " + call.person().id();
    return subject.lent(what, key, call, subject.ask(rule, what, () -> checking.checkOut(request)));
  }
}
