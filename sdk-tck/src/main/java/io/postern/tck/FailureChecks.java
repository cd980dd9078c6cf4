package io.postern.tck;

import io.postern.spi.credential.ChecksOutAccounts;
import io.postern.spi.credential.ChecksOutAccounts.CheckOutRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Assumptions;

/** The closed set, and what is known to have done nothing. */
final class FailureChecks {
  private FailureChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(SpiRule.ERR_1, "all failures are of the closed set", FailureChecks::odd),
        new Check(
            SpiRule.ERR_3, "what may have been done is not said to be undone", FailureChecks::lost),
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
                  new CheckOutRequest(
                      exclusive.get().key(),
                      subject.under.endpoint,
                      subject.clock.instant().plus(Duration.ofHours(1)),
                      subject.call(subject.under.person))));
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
