package io.postern.tck;

import io.postern.person.Person;
import io.postern.spi.CallContext;
import io.postern.spi.credential.FoundCredential;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Assumptions;

/**
 * A walk past all that can be said, good and bad. What is heard on the way, here as in every other
 * test, is searched at the end of the test.
 */
final class LeakChecks {
  private LeakChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(SpiRule.LEAK_1, "no toString shows a secret", LeakChecks::walk),
        new Check(SpiRule.LEAK_2, "no failure shows a secret", LeakChecks::walk),
        new Check(SpiRule.LEAK_3, "no log shows a secret", LeakChecks::log),
        new Check(SpiRule.LEAK_4, "no key, label or reference shows a secret", LeakChecks::walk));
  }

  private static void log(Subject subject) throws Exception {
    Assumptions.assumeTrue(
        subject.hearsTheLog(),
        "the log is not Logback's; put ch.qos.logback:logback-classic into the test scope");
    walk(subject);
  }

  private static void walk(Subject subject) throws Exception {
    subject.health();
    for (FoundCredential one : Wanted.plain(subject)) {
      subject.resolve(one);
    }
    if (!subject.leaks.knowsAny()) {
      throw new IllegalStateException(
          "give the store secrets of at least "
              + Leaks.SHORTEST
              + " bytes, so that they can be looked for");
    }
    resolve(subject, Subject.UNKNOWN_KEY, subject.under.person);
    FoundCredential one = Wanted.onePlain(subject);
    resolve(subject, one.key(), Person.named("kit-nobody", "Kit Nobody").build());
    if (subject.under.cut != null) {
      subject.under.cut.run();
      subject.health();
      resolve(subject, one.key(), subject.under.person);
    }
  }

  /** Whatever comes of it: here only what is said counts. */
  private static void resolve(Subject subject, String key, Person person) throws Exception {
    CallContext call = subject.call(person);
    Callable<?> resolving =
        () ->
            subject.lent(
                "resolve",
                key,
                call,
                subject.provider().resolve(subject.resolving(key, subject.under.endpoint, call)));
    TimedCall<?> timed = TimedCall.start(resolving);
    if (!timed.endsWithin(subject.under.patience)) {
      timed.interrupt();
    } else if (timed.thrown() != null && !(timed.thrown() instanceof RuleBroken)) {
      subject.leaks.heard(SpiRule.LEAK_2, "what resolve of '" + key + "' threw", timed.thrown());
    }
  }
}
