package io.postern.tck;

import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.ProviderException.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** How an instance ends. */
final class CloseChecks {
  private static final Duration FOR_THREADS_TO_END = Duration.ofMillis(1_500);

  private CloseChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(SpiRule.CLOSE_1, "closing is harmless twice", CloseChecks::twice),
        new Check(SpiRule.CLOSE_2, "after it calls fail cleanly", CloseChecks::after),
        new Check(SpiRule.CLOSE_3, "it leaves no threads behind", CloseChecks::threads));
  }

  private static void close(Subject subject, CredentialProvider provider) throws Exception {
    TimedCall<?> timed =
        TimedCall.start(
            () -> {
              provider.close();
              return "closed";
            });
    if (!timed.endsWithin(subject.under.patience)) {
      throw new RuleBroken(SpiRule.CLOSE_1, "close hangs; " + timed.whereabouts());
    }
    Throwable thrown = timed.thrown();
    if (thrown != null) {
      subject.leaks.heard(SpiRule.LEAK_2, "what close threw", thrown);
      throw new RuleBroken(SpiRule.CLOSE_1, "close threw " + thrown.getClass().getName(), thrown);
    }
  }

  private static void twice(Subject subject) throws Exception {
    CredentialProvider used = subject.provider();
    subject.found();
    close(subject, used);
    close(subject, used);
    CredentialProvider unused = subject.make();
    close(subject, unused);
    close(subject, unused);
  }

  private static void after(Subject subject) throws Exception {
    FoundCredential one = Wanted.onePlain(subject);
    subject.provider().close();
    if (subject.health().usable()) {
      throw new RuleBroken(SpiRule.CLOSE_2, "after close it says it is up");
    }
    subject.refused(
        SpiRule.CLOSE_2,
        "find after close",
        () -> subject.provider().find(FindChecks.request(subject)),
        Failure.UNAVAILABLE);
    subject.refused(
        SpiRule.CLOSE_2,
        "resolve after close",
        () ->
            subject
                .provider()
                .resolve(
                    subject.resolving(
                        one.key(), subject.under.endpoint, subject.call(subject.under.person))),
        Failure.UNAVAILABLE);
  }

  private static void threads(Subject subject) throws Exception {
    Set<Thread> before = Set.copyOf(Thread.getAllStackTraces().keySet());
    FoundCredential one = Wanted.onePlain(subject);
    subject.resolve(one);
    subject.health();
    subject.provider().close();
    Set<Thread> left = new HashSet<>(Thread.getAllStackTraces().keySet());
    left.removeAll(before);
    long until = System.nanoTime() + FOR_THREADS_TO_END.toNanos();
    List<String> names = new ArrayList<>();
    for (Thread thread : left) {
      thread.join(Math.max(1, (until - System.nanoTime()) / 1_000_000));
      if (thread.isAlive()) {
        names.add(thread.getName());
      }
    }
    if (!names.isEmpty()) {
      throw new RuleBroken(SpiRule.CLOSE_3, "after close these threads go on: " + names);
    }
  }
}
