package io.postern.tck;

import io.postern.credential.Secret;
import io.postern.person.Person;
import io.postern.spi.CallContext;
import io.postern.spi.credential.ChecksOutAccounts;
import io.postern.spi.credential.ChecksOutAccounts.CheckOutRequest;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.ReleaseRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** One holder at a time. */
final class CheckOutChecks {
  private static final int ROUNDS = 5;

  private CheckOutChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(SpiRule.OUT_1, "one at a time has an exclusive account", CheckOutChecks::one),
        new Check(SpiRule.OUT_1, "of two who ask at once one has it", CheckOutChecks::atOnce),
        new Check(SpiRule.OUT_2, "the refusal names the holder", CheckOutChecks::named),
        new Check(SpiRule.OUT_3, "asked again, the answer is the same", CheckOutChecks::again),
        new Check(SpiRule.OUT_4, "one that is not exclusive is lent", CheckOutChecks::plain),
        new Check(SpiRule.OUT_5, "only its holder resolves it", CheckOutChecks::resolve),
        new Check(SpiRule.OUT_6, "an unknown key is NOT_FOUND", CheckOutChecks::unknown),
        new Check(SpiRule.IN_1, "check-in ends the hold", CheckOutChecks::in),
        new Check(SpiRule.IN_2, "check-in is harmless twice", CheckOutChecks::inTwice),
        new Check(SpiRule.IN_3, "a late check-in ends nobody else's hold", CheckOutChecks::inLate),
        new Check(SpiRule.IN_4, "a lost reference is made up for", CheckOutChecks::inLost));
  }

  /** A provider that checks out, an exclusive account of it, and two people who want it. */
  private record Scene(Subject subject, ChecksOutAccounts checking, String key) {
    static Scene of(Subject subject) throws Exception {
      ChecksOutAccounts checking = Wanted.capability(subject, ChecksOutAccounts.class);
      return new Scene(subject, checking, Wanted.exclusive(subject).key());
    }

    Person maya() {
      return subject.under.person;
    }

    Person omar() {
      return subject.under.colleague();
    }

    Callable<Lent> asking(CallContext call) {
      CheckOutRequest request = subject.checkingOut(key, call);
      return () -> checking.checkOut(request);
    }

    /** Checks it out; it must work. */
    Lent checkOut(CallContext call, SpiRule rule) throws Exception {
      String what = "check-out for " + call.person().id();
      return subject.lent(what, key, call, subject.ask(rule, what, asking(call)));
    }

    /** Tries to check it out while somebody has it; it must be denied. */
    ProviderException denied(CallContext call, SpiRule rule) throws Exception {
      String what = "check-out for " + call.person().id() + " of what somebody has";
      Callable<Lent> asking =
          () -> {
            Lent lent = asking(call).call();
            return lent == null ? null : subject.lent(what, key, call, lent);
          };
      return subject.refused(rule, what, asking, Failure.DENIED);
    }

    /** What a check-out that was begun came to; nothing when it was refused. */
    Optional<Lent> had(CallContext call, TimedCall<Lent> running) throws Exception {
      String what = "check-out for " + call.person().id() + " while another asks";
      TimedCall<Lent> ended = subject.ended(what, running);
      Throwable thrown = ended.thrown();
      if (thrown != null) {
        subject.inTheSet(what, thrown);
        return Optional.empty();
      }
      return Optional.of(subject.lent(what, key, call, ended.returned()));
    }

    void checkIn(String reference, CallContext call, SpiRule rule) throws Exception {
      subject.ask(
          rule,
          "check-in",
          () -> {
            checking.checkIn(new ReleaseRequest(key, reference, call));
            return "checked in";
          });
    }
  }

  private static void one(Subject subject) throws Exception {
    Scene scene = Scene.of(subject);
    CallContext mayas = subject.call(scene.maya());
    Lent lent = scene.checkOut(mayas, SpiRule.OUT_1);
    scene.denied(subject.call(scene.omar()), SpiRule.OUT_1);
    scene.checkIn(lent.lease().reference(), mayas, SpiRule.IN_1);
  }

  /** A race is not always lost, so it is run several times. */
  private static void atOnce(Subject subject) throws Exception {
    Scene scene = Scene.of(subject);
    for (int round = 0; round < ROUNDS; round++) {
      List<CallContext> calls = List.of(subject.call(scene.maya()), subject.call(scene.omar()));
      CountDownLatch start = new CountDownLatch(calls.size());
      List<TimedCall<Lent>> running =
          calls.stream()
              .map(
                  call ->
                      TimedCall.start(
                          () -> {
                            start.countDown();
                            start.await();
                            return scene.asking(call).call();
                          }))
              .toList();
      Map<CallContext, Lent> had = new HashMap<>();
      for (int i = 0; i < calls.size(); i++) {
        CallContext call = calls.get(i);
        scene.had(call, running.get(i)).ifPresent(lent -> had.put(call, lent));
      }
      if (had.size() != 1) {
        throw new RuleBroken(
            had.isEmpty() && round > 0 ? SpiRule.IN_1 : SpiRule.OUT_1,
            "of " + calls.size() + " who asked at once " + had.size() + " have it");
      }
      for (Map.Entry<CallContext, Lent> one : had.entrySet()) {
        scene.checkIn(one.getValue().lease().reference(), one.getKey(), SpiRule.IN_1);
      }
    }
  }

  private static void named(Subject subject) throws Exception {
    Scene scene = Scene.of(subject);
    CallContext mayas = subject.call(scene.maya());
    Lent lent = scene.checkOut(mayas, SpiRule.OUT_1);
    ProviderException denied = scene.denied(subject.call(scene.omar()), SpiRule.OUT_1);
    String text = String.valueOf(denied.getMessage()).toLowerCase(Locale.ROOT);
    if (!text.contains(scene.maya().name().toLowerCase(Locale.ROOT))
        && !text.contains(scene.maya().id().value().toLowerCase(Locale.ROOT))) {
      throw new RuleBroken(
          SpiRule.OUT_2,
          "nobody learns that " + scene.maya().name() + " has it from: " + denied.getMessage());
    }
    scene.checkIn(lent.lease().reference(), mayas, SpiRule.IN_1);
  }

  private static void again(Subject subject) throws Exception {
    Scene scene = Scene.of(subject);
    CallContext mayas = subject.call(scene.maya());
    Lent first = scene.checkOut(mayas, SpiRule.OUT_1);
    Lent second = scene.checkOut(mayas, SpiRule.OUT_3);
    if (!first.lease().equals(second.lease())) {
      throw new RuleBroken(
          SpiRule.OUT_3,
          "the same call got " + first.lease() + " and, asked again, " + second.lease());
    }
    first.credential().close();
    if (second.credential().secrets().stream().anyMatch(Secret::isClosed)) {
      throw new RuleBroken(SpiRule.RESOLVE_3, "two check-outs returned one Secret");
    }
    scene.checkIn(second.lease().reference(), mayas, SpiRule.IN_1);
  }

  private static void plain(Subject subject) throws Exception {
    ChecksOutAccounts checking = Wanted.capability(subject, ChecksOutAccounts.class);
    Scene scene = new Scene(subject, checking, Wanted.onePlain(subject).key());
    scene.checkOut(subject.call(scene.maya()), SpiRule.OUT_4);
  }

  private static void resolve(Subject subject) throws Exception {
    Scene scene = Scene.of(subject);
    resolveDenied(scene, scene.maya(), "that nobody has checked out");
    CallContext mayas = subject.call(scene.maya());
    Lent lent = scene.checkOut(mayas, SpiRule.OUT_1);
    CallContext hers = subject.call(scene.maya());
    Lent resolved =
        subject.ask(
            SpiRule.OUT_5,
            "resolve by its holder",
            () ->
                subject
                    .provider()
                    .resolve(subject.resolving(scene.key(), subject.under.endpoint, hers)));
    subject.lent("resolve by its holder", scene.key(), hers, resolved);
    resolveDenied(scene, scene.omar(), "that another has checked out");
    scene.checkIn(lent.lease().reference(), mayas, SpiRule.IN_1);
  }

  private static void resolveDenied(Scene scene, Person person, String which) throws Exception {
    Subject subject = scene.subject();
    CallContext call = subject.call(person);
    subject.refused(
        SpiRule.OUT_5,
        "resolve of an exclusive account " + which,
        () ->
            subject
                .provider()
                .resolve(subject.resolving(scene.key(), subject.under.endpoint, call)),
        Failure.DENIED);
  }

  private static void unknown(Subject subject) throws Exception {
    ChecksOutAccounts checking = Wanted.capability(subject, ChecksOutAccounts.class);
    Scene scene = new Scene(subject, checking, Subject.UNKNOWN_KEY);
    subject.refused(
        SpiRule.OUT_6,
        "check-out of a key that is not there",
        scene.asking(subject.call(scene.maya())),
        Failure.NOT_FOUND);
  }

  private static void in(Subject subject) throws Exception {
    Scene scene = Scene.of(subject);
    CallContext mayas = subject.call(scene.maya());
    Lent lent = scene.checkOut(mayas, SpiRule.OUT_1);
    scene.checkIn(lent.lease().reference(), mayas, SpiRule.IN_1);
    requireFree(scene, SpiRule.IN_1);
  }

  private static void requireFree(Scene scene, SpiRule rule) throws Exception {
    CallContext omars = scene.subject().call(scene.omar());
    Lent lent = scene.checkOut(omars, rule);
    scene.checkIn(lent.lease().reference(), omars, SpiRule.IN_1);
  }

  private static void inTwice(Subject subject) throws Exception {
    Scene scene = Scene.of(subject);
    CallContext mayas = subject.call(scene.maya());
    String reference = scene.checkOut(mayas, SpiRule.OUT_1).lease().reference();
    scene.checkIn(reference, mayas, SpiRule.IN_1);
    scene.checkIn(reference, mayas, SpiRule.IN_2);
    scene.checkIn("", mayas, SpiRule.IN_2);
    scene.checkIn("", subject.call(scene.maya()), SpiRule.IN_2);
  }

  private static void inLate(Subject subject) throws Exception {
    Scene scene = Scene.of(subject);
    CallContext mayas = subject.call(scene.maya());
    String reference = scene.checkOut(mayas, SpiRule.OUT_1).lease().reference();
    scene.checkIn(reference, mayas, SpiRule.IN_1);
    CallContext omars = subject.call(scene.omar());
    Lent lent = scene.checkOut(omars, SpiRule.IN_1);
    scene.denied(subject.call(scene.maya()), SpiRule.OUT_1);
    scene.checkIn(reference, mayas, SpiRule.IN_3);
    scene.checkIn("", mayas, SpiRule.IN_3);
    scene.denied(subject.call(scene.maya()), SpiRule.IN_3);
    scene.checkIn(lent.lease().reference(), omars, SpiRule.IN_1);
  }

  private static void inLost(Subject subject) throws Exception {
    Scene scene = Scene.of(subject);
    CallContext mayas = subject.call(scene.maya());
    scene.checkOut(mayas, SpiRule.OUT_1);
    scene.checkIn("", mayas, SpiRule.IN_4);
    requireFree(scene, SpiRule.IN_4);
  }
}
