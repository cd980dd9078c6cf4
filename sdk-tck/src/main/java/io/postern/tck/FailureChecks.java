package io.postern.tck;

import io.postern.spi.CallContext;
import io.postern.spi.credential.ChecksOutAccounts;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.ReleaseRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.junit.jupiter.api.Assumptions;

/** The closed set, and what is known to have done nothing. */
final class FailureChecks {
  private FailureChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(SpiRule.ERR_1, "all failures are of the closed set", FailureChecks::odd),
        new Check(
            SpiRule.ERR_3, "what may have been done is not said to be undone", FailureChecks::lost),
        new Check(
            SpiRule.RELEASE_3,
            "what was lent without an answer is not said to be given back",
            FailureChecks::released),
        new Check(
            SpiRule.IN_4,
            "what was checked out without an answer is not said to be checked in",
            FailureChecks::checkedIn),
        new Check(SpiRule.ERR_4, "no connection has no effect", FailureChecks::cut));
  }

  /** Requests that nobody thought of. Each may be refused, or answered, but not fall through. */
  private static void odd(Subject subject) throws Exception {
    for (String key : List.of(Subject.UNKNOWN_KEY, "../../etc/passwd", "?", "%00", "a'b\"c\\d")) {
      subject.refused(
          SpiRule.RESOLVE_4,
          "resolve of the key '" + key + "'",
          () ->
              subject
                  .provider()
                  .resolve(
                      subject.resolving(
                          key, subject.under.endpoint, subject.call(subject.under.person))));
    }
    for (String search : List.of("*", "(", "\\", "%", "\u0000")) {
      subject.find(subject.provider(), subject.under.person, subject.under.endpoint, search);
    }
  }

  private static void cut(Subject subject) throws Exception {
    FoundCredential one = Wanted.onePlain(subject);
    Wanted.cut(subject);
    ProviderException failure =
        subject.refused(
            SpiRule.RESOLVE_7,
            "resolve, with the store out of reach,",
            () ->
                subject
                    .provider()
                    .resolve(
                        subject.resolving(
                            one.key(),
                            subject.under.endpoint,
                            subject.call(subject.under.person))));
    if (failure.failure() == Failure.UNAVAILABLE && !failure.isWithoutEffect()) {
      throw new RuleBroken(
          SpiRule.ERR_4, "the store is out of reach, and resolve may have had an effect", failure);
    }
  }

  private static void lost(Subject subject) throws Exception {
    ProviderUnderTest.Act losing = Wanted.said(subject.under.loseAnswers, "answersLostBy");
    Optional<FoundCredential> exclusive =
        subject.found().stream().filter(FoundCredential::isExclusive).findFirst();
    if (exclusive.isPresent() && subject.provider() instanceof ChecksOutAccounts checking) {
      losing.run();
      requireUnknown(
          subject,
          "check-out",
          () ->
              checking.checkOut(
                  subject.checkingOut(exclusive.get().key(), subject.call(subject.under.person))));
      return;
    }
    FoundCredential one = Wanted.onePlain(subject);
    OptionalInt before = subject.under.outstandingNow();
    Assumptions.assumeTrue(before.isPresent(), "say ProviderUnderTest.outstanding too");
    losing.run();
    Callable<?> resolve =
        () ->
            subject
                .provider()
                .resolve(
                    subject.resolving(
                        one.key(), subject.under.endpoint, subject.call(subject.under.person)));
    ProviderException failure = subject.refused(SpiRule.ERR_3, "resolve", resolve);
    if (failure.isWithoutEffect() && subject.under.outstandingNow().orElse(0) > before.getAsInt()) {
      throw broken("resolve", failure);
    }
  }

  private static void released(Subject subject) throws Exception {
    ProviderUnderTest.Act losing = Wanted.said(subject.under.loseAnswers, "answersLostBy");
    Wanted.said(subject.under.mend, "cutBy");
    boolean leased = false;
    for (FoundCredential one : Wanted.plain(subject)) {
      // With its answer first, which says whether the store keeps anything of what it lends.
      CallContext heard = subject.call(subject.under.person);
      String reference = subject.resolve(one.key(), heard).lease().reference();
      subject.release(one.key(), reference, heard, SpiRule.RELEASE_1);
      if (reference.isEmpty()) {
        continue; // nothing of it is kept, so nothing can be forgotten
      }
      leased = true;
      OptionalInt before = subject.under.outstandingNow();
      CallContext call = soon(subject, "kit-call-lost-" + one.key());
      losing.run();
      subject.refused(
          SpiRule.ERR_3,
          "resolve, with its answer lost,",
          () ->
              subject
                  .provider()
                  .resolve(subject.resolving(one.key(), subject.under.endpoint, call)));
      requireHonest(
          subject, SpiRule.RELEASE_3, before, one.key(), call, subject.provider()::release);
    }
    Wanted.counted(subject, leased);
  }

  private static void checkedIn(Subject subject) throws Exception {
    ChecksOutAccounts checking = Wanted.capability(subject, ChecksOutAccounts.class);
    ProviderUnderTest.Act losing = Wanted.said(subject.under.loseAnswers, "answersLostBy");
    Wanted.said(subject.under.mend, "cutBy");
    String key = Wanted.exclusive(subject).key();
    Wanted.counted(subject, true);
    OptionalInt before = subject.under.outstandingNow();
    CallContext call = soon(subject, "kit-call-lost-" + key);
    losing.run();
    requireUnknown(subject, "check-out", () -> checking.checkOut(subject.checkingOut(key, call)));
    requireHonest(subject, SpiRule.IN_4, before, key, call, checking::checkIn);
  }

  /** An answer that is lost is waited for to the deadline. */
  private static CallContext soon(Subject subject, String callId) {
    Duration left = Duration.ofSeconds(2);
    Duration most = subject.under.patience.dividedBy(2);
    return subject.until(subject.under.person, callId, left.compareTo(most) < 0 ? left : most);
  }

  /**
   * Postern never saw a reference and asks by the call id: either the store counts as much as
   * before, or the provider says that it does not know.
   */
  private static void requireHonest(
      Subject subject,
      SpiRule rule,
      OptionalInt before,
      String key,
      CallContext call,
      Consumer<ReleaseRequest> givingBack)
      throws Exception {
    Wanted.mend(subject);
    TimedCall<String> timed =
        subject.timed(
            "giving back by the call id",
            () -> {
              givingBack.accept(
                  new ReleaseRequest(key, "", subject.call(subject.under.person, call.callId())));
              return "given back";
            });
    Throwable thrown = timed.thrown();
    if (thrown != null) {
      subject.inTheSet("giving back by the call id", thrown);
    } else if (!subject.under.outstandingNow().equals(before)) {
      throw new RuleBroken(
          rule,
          "the store lent '"
              + key
              + "' and its answer was lost; the provider says that it is given back, and the store"
              + " counts "
              + subject.under.outstandingNow().orElse(0)
              + " as not given back, and "
              + before.orElse(0)
              + " before: Postern would forget it");
    }
  }

  private static void requireUnknown(Subject subject, String what, Callable<?> call)
      throws Exception {
    ProviderException failure = subject.refused(SpiRule.ERR_3, what, call);
    if (failure.isWithoutEffect()) {
      throw broken(what, failure);
    }
  }

  private static RuleBroken broken(String what, ProviderException failure) {
    return new RuleBroken(
        SpiRule.ERR_3,
        "the store did it and lost the answer, and "
            + what
            + " says "
            + failure.failure()
            + " without effect: Postern would do it again elsewhere",
        failure);
  }
}
