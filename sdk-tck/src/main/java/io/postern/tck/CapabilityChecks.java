package io.postern.tck;

import io.postern.session.SessionId;
import io.postern.spi.CallContext;
import io.postern.spi.credential.ChecksOutAccounts;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.HearsOfSessions;
import io.postern.spi.credential.HearsOfSessions.SessionNote;
import io.postern.spi.credential.RenewsLeases;
import io.postern.spi.credential.SignsSshCertificates;
import java.util.List;
import java.util.Optional;

/** Nothing is promised that needs an interface which the provider does not have. */
final class CapabilityChecks {
  private CapabilityChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(
            SpiRule.CAP_1, "exclusive only with ChecksOutAccounts", CapabilityChecks::exclusive),
        new Check(
            SpiRule.CAP_2,
            "signed on use only with SignsSshCertificates",
            CapabilityChecks::signed),
        new Check(SpiRule.CAP_3, "renewable only with RenewsLeases", CapabilityChecks::renewable),
        new Check(SpiRule.HEAR_1, "news of sessions are taken quietly", CapabilityChecks::hears));
  }

  private static void exclusive(Subject subject) throws Exception {
    boolean able = subject.provider() instanceof ChecksOutAccounts;
    subject.found().stream()
        .filter(one -> one.isExclusive() && !able)
        .forEach(one -> broken(SpiRule.CAP_1, one, "exclusive", ChecksOutAccounts.class));
  }

  private static void signed(Subject subject) throws Exception {
    boolean able = subject.provider() instanceof SignsSshCertificates;
    subject.found().stream()
        .filter(one -> one.isSignedOnUse() && !able)
        .forEach(one -> broken(SpiRule.CAP_2, one, "signed on use", SignsSshCertificates.class));
  }

  private static void renewable(Subject subject) throws Exception {
    boolean able = subject.provider() instanceof RenewsLeases;
    for (FoundCredential one : Wanted.plain(subject)) {
      if (subject.resolve(one).lease().renewable() && !able) {
        broken(SpiRule.CAP_3, one, "renewable", RenewsLeases.class);
      }
    }
  }

  private static void broken(
      SpiRule rule, FoundCredential one, String promise, Class<?> capability) {
    throw new RuleBroken(
        rule,
        "'"
            + one.key()
            + "' is "
            + promise
            + ", and the provider does not implement "
            + capability.getSimpleName());
  }

  private static void hears(Subject subject) throws Exception {
    HearsOfSessions hears = Wanted.capability(subject, HearsOfSessions.class);
    FoundCredential one = Wanted.onePlain(subject);
    CallContext plain = subject.call(subject.under.person);
    CallContext call =
        new CallContext(
            plain.person(),
            Optional.of(SessionId.of("kit-session")),
            plain.item(),
            plain.purpose(),
            plain.callId(),
            plain.deadline());
    SessionNote note = new SessionNote(one.key(), subject.under.endpoint, call);
    subject.ask(
        SpiRule.HEAR_1,
        "a note of a session",
        () -> {
          hears.sessionStarted(note);
          hears.sessionEnded(note);
          return "heard";
        });
  }
}
