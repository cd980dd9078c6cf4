package io.postern.tck;

import io.postern.credential.Credential;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.ProviderException.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** Deadlines, interrupts, and many threads. */
final class TimeChecks {
  private static final int THREADS = 6;
  private static final int ROUNDS = 3;

  private TimeChecks() {}

  static List<Check> all() {
    List<Check> checks = new ArrayList<>();
    for (AnyCall call : AnyCall.all()) {
      checks.add(
          new Check(
              SpiRule.TIME_1,
              "no " + call.name() + " outlives its deadline",
              subject -> hung(subject, call)));
    }
    checks.add(
        new Check(SpiRule.TIME_1, "no health outlives its deadline", TimeChecks::hungHealth));
    for (AnyCall call : AnyCall.all()) {
      checks.add(
          new Check(
              SpiRule.TIME_2,
              "an interrupted " + call.name() + " returns",
              subject -> interrupted(subject, call)));
    }
    for (AnyCall call : AnyCall.all()) {
      checks.add(
          new Check(
              SpiRule.TIME_3,
              "after the deadline no " + call.name() + " is begun",
              subject -> late(subject, call)));
    }
    checks.add(new Check(SpiRule.THREAD_1, "many threads get what one gets", TimeChecks::threads));
    return List.copyOf(checks);
  }

  private static void hung(Subject subject, AnyCall any) throws Exception {
    ProviderUnderTest.Act hanging = Wanted.said(subject.under.hang, "hungBy");
    try (AnyCall.Ready ready = any.preparation().ready(subject)) {
      hanging.run();
      TimedCall<?> timed = TimedCall.start(ready.call().within(subject.under.underWay));
      requireEnd(subject, any.name(), timed);
      requireFailure(subject, any.name(), timed, ready.needsStore());
    }
  }

  private static void hungHealth(Subject subject) throws Exception {
    ProviderUnderTest.Act hanging = Wanted.said(subject.under.hang, "hungBy");
    CredentialProvider provider = subject.provider();
    subject.health();
    hanging.run();
    Instant deadline = subject.clock.instant().plus(subject.under.underWay);
    TimedCall<?> health = TimedCall.start(() -> provider.health(new HealthCheck(deadline)));
    requireEnd(subject, "health", health);
    if (health.thrown() != null) {
      throw new RuleBroken(SpiRule.HEALTH_2, "with a hung store health threw", health.thrown());
    }
    if (health.returned() instanceof Health answer && answer.usable()) {
      throw new RuleBroken(SpiRule.HEALTH_2, "with a hung store it says it is up");
    }
  }

  /** The kit's clock goes on with the real one here, for providers that look at it as they wait. */
  private static void requireEnd(Subject subject, String what, TimedCall<?> timed)
      throws InterruptedException {
    boolean ended = timed.endsWithin(subject.under.underWay);
    subject.clock.advance(subject.under.underWay);
    if (!ended && !timed.endsWithin(subject.under.patience)) {
      String where = timed.whereabouts();
      timed.interrupt();
      throw new RuleBroken(
          SpiRule.TIME_1,
          "with a hung store %s has not returned %d ms after its deadline; %s"
              .formatted(what, subject.under.patience.toMillis(), where));
    }
  }

  private static void requireFailure(
      Subject subject, String what, TimedCall<?> timed, boolean needsStore) throws Exception {
    Throwable thrown = timed.thrown();
    if (thrown == null) {
      if (needsStore) {
        throw new RuleBroken(SpiRule.TIME_1, "with a hung store " + what + " returned an answer");
      }
      return;
    }
    Failure failure = subject.inTheSet(what, thrown).failure();
    if (failure != Failure.TIMED_OUT && failure != Failure.UNAVAILABLE) {
      throw new RuleBroken(SpiRule.TIME_1, "with a hung store " + what + " failed with " + failure);
    }
  }

  private static void interrupted(Subject subject, AnyCall any) throws Exception {
    ProviderUnderTest.Act hanging = Wanted.said(subject.under.hang, "hungBy");
    try (AnyCall.Ready ready = any.preparation().ready(subject)) {
      hanging.run();
      TimedCall<?> timed = TimedCall.start(ready.call().within(Duration.ofHours(1)));
      if (!timed.endsWithin(subject.under.underWay)) {
        timed.interrupt();
      }
      if (!timed.endsWithin(subject.under.patience)) {
        throw new RuleBroken(
            SpiRule.TIME_2,
            "%s goes on %d ms after it was interrupted; %s"
                .formatted(any.name(), subject.under.patience.toMillis(), timed.whereabouts()));
      }
      Throwable thrown = timed.thrown();
      if (thrown != null) {
        subject.inTheSet("an interrupted " + any.name(), thrown);
      }
    }
  }

  private static void late(Subject subject, AnyCall any) throws Exception {
    try (AnyCall.Ready ready = any.preparation().ready(subject)) {
      Callable<?> call = ready.call().within(Duration.ofSeconds(-1));
      if (ready.needsStore()) {
        String what = any.name() + ", a second after its deadline,";
        subject.refused(SpiRule.TIME_3, what, call, Failure.TIMED_OUT);
      }
    }
  }

  private static void threads(Subject subject) throws Exception {
    FoundCredential one = Wanted.onePlain(subject);
    List<FoundCredential> alone = subject.found();
    List<FoundCredential> aloneElsewhere = other(subject);
    boolean constant =
        Wanted.same(subject.resolve(one).credential(), subject.resolve(one).credential());
    try (Credential pattern = subject.resolve(one).credential()) {
      CountDownLatch start = new CountDownLatch(THREADS);
      List<TimedCall<?>> running = new ArrayList<>();
      for (int i = 0; i < THREADS; i++) {
        boolean odd = i % 2 == 1;
        running.add(
            TimedCall.start(
                () -> {
                  start.countDown();
                  start.await();
                  for (int round = 0; round < ROUNDS; round++) {
                    if (!Wanted.keys(odd ? other(subject) : subject.found())
                        .equals(Wanted.keys(odd ? aloneElsewhere : alone))) {
                      throw mixedUp("find");
                    }
                    if (!odd
                        && !Wanted.same(subject.resolve(one).credential(), pattern)
                        && constant) {
                      throw mixedUp("resolve");
                    }
                  }
                  return "as alone";
                }));
      }
      for (TimedCall<?> call : running) {
        requireAsAlone(subject, call);
      }
    }
  }

  private static RuleBroken mixedUp(String what) {
    return new RuleBroken(SpiRule.THREAD_1, what + " answers otherwise than to one thread alone");
  }

  private static void requireAsAlone(Subject subject, TimedCall<?> call) throws Exception {
    // Each call within has its own limit, and says so.
    if (!call.endsWithin(subject.under.patience.multipliedBy(2L * ROUNDS))) {
      throw new RuleBroken(SpiRule.THREAD_1, "threads hang; " + call.whereabouts());
    }
    Throwable thrown = call.thrown();
    if (thrown instanceof RuleBroken broken && broken.rule() == SpiRule.TIME_1) {
      throw broken;
    }
    if (thrown != null) {
      throw new RuleBroken(
          SpiRule.THREAD_1, "what works alone fails with " + THREADS + " threads", thrown);
    }
  }

  /** What is found where, or for whom, something else fits. */
  private static List<FoundCredential> other(Subject subject) throws Exception {
    return subject.find(
        subject.provider(),
        subject.under.stranger == null ? subject.under.person : subject.under.stranger,
        subject.under.elsewhere == null ? subject.under.endpoint : subject.under.elsewhere,
        "");
  }
}
