package io.postern.tck;

import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.person.Person;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.ProviderException.Failure;
import java.util.List;

/** What is lent, and what is refused. */
final class ResolveChecks {
  private ResolveChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(SpiRule.RESOLVE_1, "what was found can be had", ResolveChecks::had),
        new Check(SpiRule.RESOLVE_2, "no secret is empty", ResolveChecks::had),
        new Check(SpiRule.LEASE_1, "what is lent has not ended", ResolveChecks::had),
        new Check(SpiRule.RESOLVE_3, "each call lends a Secret of its own", ResolveChecks::fresh),
        new Check(SpiRule.RESOLVE_4, "an unknown key is NOT_FOUND", ResolveChecks::unknown),
        new Check(SpiRule.RESOLVE_5, "it is not lent to other endpoints", ResolveChecks::elsewhere),
        new Check(SpiRule.RESOLVE_6, "it is not lent to other people", ResolveChecks::stranger),
        new Check(SpiRule.RESOLVE_7, "no answer is no secret", ResolveChecks::cut));
  }

  private static void had(Subject subject) throws Exception {
    for (FoundCredential one : Wanted.plain(subject)) {
      Lent lent = subject.resolve(one);
      if (lent.credential().kind() != one.kind()) {
        throw new RuleBroken(
            SpiRule.RESOLVE_1,
            "'"
                + one.key()
                + "' was found as "
                + one.kind()
                + " and lent as "
                + lent.credential().kind());
      }
    }
  }

  private static void fresh(Subject subject) throws Exception {
    FoundCredential one = Wanted.onePlain(subject);
    Credential first = subject.resolve(one).credential();
    Credential second = subject.resolve(one).credential();
    for (Secret secret : second.secrets()) {
      if (first.secrets().stream().anyMatch(earlier -> earlier == secret)) {
        throw new RuleBroken(SpiRule.RESOLVE_3, "two calls returned one Secret");
      }
    }
    first.close();
    if (second.secrets().stream().anyMatch(Secret::isClosed)) {
      throw new RuleBroken(SpiRule.RESOLVE_3, "closing what one call lent closed another's");
    }
    second.close();
    subject.resolve(one); // looks at its secrets: open, and not wiped
  }

  private static void unknown(Subject subject) throws Exception {
    subject.refused(
        SpiRule.RESOLVE_4,
        "resolve of a key that is not there",
        () ->
            subject
                .provider()
                .resolve(
                    subject.resolving(
                        Subject.UNKNOWN_KEY,
                        subject.under.endpoint,
                        subject.call(subject.under.person))),
        Failure.NOT_FOUND);
  }

  private static void elsewhere(Subject subject) throws Exception {
    Endpoint other = Wanted.elsewhere(subject);
    FoundCredential one = Wanted.onePlain(subject);
    subject.refused(
        SpiRule.RESOLVE_5,
        "resolve of '" + one.key() + "' for endpoint " + other.name() + ", which it does not fit,",
        () ->
            subject
                .provider()
                .resolve(subject.resolving(one.key(), other, subject.call(subject.under.person))),
        Failure.DENIED,
        Failure.NOT_FOUND);
  }

  private static void stranger(Subject subject) throws Exception {
    Person other = Wanted.stranger(subject);
    FoundCredential one = Wanted.onePlain(subject);
    subject.refused(
        SpiRule.RESOLVE_6,
        "resolve of '" + one.key() + "' for " + other.id() + ", whom it does not fit,",
        () ->
            subject
                .provider()
                .resolve(subject.resolving(one.key(), subject.under.endpoint, subject.call(other))),
        Failure.DENIED,
        Failure.NOT_FOUND);
  }

  private static void cut(Subject subject) throws Exception {
    FoundCredential one = Wanted.onePlain(subject);
    subject.resolve(one);
    Wanted.cut(subject);
    subject.refused(
        SpiRule.RESOLVE_7,
        "resolve, with the store out of reach,",
        () ->
            subject
                .provider()
                .resolve(
                    subject.resolving(
                        one.key(), subject.under.endpoint, subject.call(subject.under.person))),
        Failure.UNAVAILABLE,
        Failure.TIMED_OUT);
  }
}
