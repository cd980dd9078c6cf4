package io.postern.core.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.core.Awaiting;
import io.postern.core.Refused;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.credential.Nodes.Node;
import io.postern.core.plugin.Plugins;
import io.postern.core.store.Ids;
import io.postern.core.store.Tx;
import io.postern.credential.CredentialLimits;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HearsOfSessions;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import io.postern.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which member of a manager is asked, which one next, and how often. */
@Timeout(60)
class RoutingTest {
  private static final CredentialLimits PATIENT =
      CredentialLimits.standard().perCall(Duration.ofSeconds(30));
  private static final CredentialLimits SHORT =
      CredentialLimits.standard().perCall(Duration.ofMillis(900));

  private final SettableClock clock = SettableClock.at("2026-11-22T09:00:00Z");
  private final Nodes nodes = new Nodes();
  private final List<Act> journal = new CopyOnWriteArrayList<>();
  private final List<CredentialManagers> opened = new ArrayList<>();

  @AfterEach
  void close() {
    nodes.free();
    opened.forEach(CredentialManagers::close);
  }

  private CredentialManagers open(CredentialLimits limits, String... members) {
    ManagerConfiguration site =
        ManagerConfiguration.byHand(
            "site", nodes, Stream.of(members).map(Nodes::node).toArray(Settings[]::new));
    CredentialManagers managers =
        CredentialManagers.open(
            List.of(site), Plugins.on(getClass().getClassLoader()), clock, limits);
    opened.add(managers);
    return managers;
  }

  private NamedProvider site(CredentialLimits limits, String... members) {
    return open(limits, members).find("site").orElseThrow();
  }

  private NamedProvider site(String... members) {
    return site(PATIENT, members);
  }

  private MemberSweep sweep(CredentialManagers managers) {
    return new MemberSweep(
        managers,
        new Alarms(Optional.empty(), new Kept(new ArrayList<>()), clock),
        new Silence(DyingDatabase.dead(), clock),
        new Kept(journal),
        new Ids(clock),
        clock);
  }

  /** A trail in memory. */
  private record Kept(List<Act> acts) implements Journal {
    @Override
    public void write(Tx tx, Act act) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Object> values(Act act) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(Act act) {
      acts.add(act);
    }
  }

  private static String find(NamedProvider site) {
    return site.calls().read("find", Node.class, (node, deadline) -> node.act("find")).await();
  }

  private static String release(NamedProvider site) {
    return site.calls()
        .repeatable("release", Node.class, (node, deadline) -> node.act("release"))
        .await();
  }

  private static String resolve(NamedProvider site) {
    return site.calls()
        .once("resolve", Node.class, (node, deadline) -> node.act("resolve"), late -> {}, () -> {})
        .await();
  }

  private static List<String> order(NamedProvider site) {
    return site.members().inOrder(CredentialProvider.class).stream().map(Member::name).toList();
  }

  @Nested
  class Order {
    @Test
    @Rule("ECM-8")
    void calls_goToTheOneThatHasBeenConnectedTheLongest() {
      NamedProvider site = site("a", "b", "c");
      for (int i = 0; i < 5; i++) {
        assertThat(find(site)).isEqualTo("a");
        assertThat(resolve(site)).isEqualTo("a");
      }
      assertThat(order(site)).containsExactly("site#1", "site#2", "site#3");
    }

    @Test
    @Rule("ECM-8")
    void calls_afterALoss_goToTheNextLongest_andTheLostOneJoinsAtTheEnd() {
      NamedProvider site = site("a", "b", "c");
      nodes.fails("a", Failure.UNAVAILABLE, true);
      assertThat(find(site)).isEqualTo("b");
      assertThat(nodes.asked).containsExactly("a find", "b find");
      assertThat(find(site)).isEqualTo("b");
      assertThat(nodes.count("a find")).isEqualTo(1);
      assertThat(order(site)).containsExactly("site#2", "site#3", "site#1");

      nodes.heals("a");
      probe(site, 0);
      assertThat(order(site)).containsExactly("site#2", "site#3", "site#1");
      assertThat(find(site)).isEqualTo("b");
      nodes.fails("b", Failure.UNAVAILABLE, true);
      assertThat(find(site)).isEqualTo("c");
      nodes.fails("c", Failure.UNAVAILABLE, true);
      assertThat(find(site)).isEqualTo("a");
    }

    @Test
    @Rule("ECM-8")
    void calls_whenAllAreLost_areTriedOnAll_theLongestLostFirst_andWhoAnswersIsBack() {
      NamedProvider site = site("a", "b", "c");
      for (String node : List.of("b", "a", "c")) {
        nodes.fails(node, Failure.UNAVAILABLE, true);
      }
      Refused.with(ErrorCode.CREDENTIAL_UNAVAILABLE, () -> find(site));
      assertThat(nodes.asked).containsExactly("a find", "b find", "c find");
      assertThat(site.members().anyUsable()).isFalse();
      nodes.heals("c");
      assertThat(find(site)).isEqualTo("c");
      assertThat(order(site)).containsExactly("site#3", "site#1", "site#2");
    }

    @Test
    @Rule("ECM-8")
    void aFailure_ofACallFromBeforeTheLoss_saysNothingOfAMemberThatIsBack() {
      NamedProvider site = site("a", "b");
      nodes.hangs("a");
      RoutedCall<Node, String> old =
          site.calls()
              .once("resolve", Node.class, (node, until) -> node.act("resolve"), l -> {}, () -> {});
      Awaiting.until("asked", () -> nodes.count("a resolve") == 1);
      nodes.fails("a", Failure.UNAVAILABLE, true);
      find(site);
      nodes.heals("a");
      probe(site, 0);
      assertThat(order(site)).containsExactly("site#2", "site#1");
      assertThat(site.members().all().get(0).standing().view().usable()).isTrue();
      nodes.free();
      assertThat(old.await()).isEqualTo("a");
      assertThat(site.members().all()).allMatch(member -> member.standing().view().usable());
    }

    @Test
    @Rule("ECM-5")
    void calls_goOnlyToMembersThatCan() {
      NamedProvider site = site("a", "h");
      assertThat(site.can(HearsOfSessions.class)).isTrue();
      assertThat(
              site.calls()
                  .read("hear", HearsOfSessions.class, (one, until) -> ((Node) one).name)
                  .await())
          .isEqualTo("h");
      Refused.with(
          ErrorCode.PLUGIN_FAILED,
          () -> site.calls().read("x", Runnable.class, (one, until) -> "").await());
    }
  }

  /** Asks one member how it does, and waits for what comes of it. */
  private static void probe(NamedProvider site, int member) {
    site.members().all().get(member).probe().await();
  }

  @Nested
  class AtMostOnce {
    @ParameterizedTest
    @EnumSource(
        value = Failure.class,
        names = {"UNAVAILABLE", "TIMED_OUT"})
    @Rule("ECM-9")
    void aCallWithAnEffect_goesOnOnlyWhenItIsKnownThatNothingHappened(Failure failure) {
      NamedProvider site = site("a", "b");
      nodes.fails("a", failure, true);
      assertThat(resolve(site)).isEqualTo("b");
      assertThat(nodes.asked).containsExactly("a resolve", "b resolve");

      NamedProvider other = site("c", "d");
      nodes.fails("c", failure, false);
      Refused.with(failure.code(), () -> resolve(other));
      assertThat(nodes.count("d resolve")).isZero();
      // But the next one does not go there.
      assertThat(resolve(other)).isEqualTo("d");
    }

    @Test
    @Rule("ECM-9")
    void aCallWithAnEffect_thatFailsElsewhereToo_isWithoutEffectOnlyWhenBothWere() {
      NamedProvider site = site("a", "b");
      nodes.fails("a", Failure.UNAVAILABLE, true).fails("b", Failure.UNAVAILABLE, false);
      assertThat(((ProviderException) refusal(site)).isWithoutEffect()).isFalse();
      nodes.fails("b", Failure.UNAVAILABLE, true);
      assertThat(((ProviderException) refusal(site)).isWithoutEffect()).isTrue();
    }

    private RuntimeException refusal(NamedProvider site) {
      return Refused.with(ErrorCode.CREDENTIAL_UNAVAILABLE, () -> resolve(site));
    }

    @Test
    @Rule({"ECM-6", "ECM-9"})
    void aCallWithAnEffect_thatHangs_isNeverMadeElsewhere_andItsAnswerIsTakenCareOf() {
      NamedProvider site = site(SHORT, "a", "b");
      nodes.hangsDeaf("a");
      List<String> late = new CopyOnWriteArrayList<>();
      AtomicInteger over = new AtomicInteger();
      Refused.with(
          ErrorCode.CREDENTIAL_TIMED_OUT,
          () ->
              site.calls()
                  .once(
                      "resolve",
                      Node.class,
                      (node, until) -> node.act("resolve"),
                      late::add,
                      over::incrementAndGet)
                  .await());
      assertThat(nodes.asked).containsExactly("a resolve");
      assertThat(over).hasValue(0);
      assertThat(order(site)).containsExactly("site#2", "site#1");
      nodes.free();
      Awaiting.until("over", () -> over.get() == 1);
      assertThat(late).containsExactly("a");
    }

    @Test
    @Rule("ECM-11")
    void whoeverGetsTheAnswer_mayGiveBackAtOnce_forTheCallIsOver() {
      NamedProvider site = site("a", "b");
      for (int round = 0; round < 1_000; round++) {
        if (round == 500) {
          nodes.fails("a", Failure.DENIED, false);
        }
        AtomicBoolean over = new AtomicBoolean();
        RoutedCall<Node, String> call =
            site.calls()
                .once(
                    "resolve",
                    Node.class,
                    (node, until) -> node.act("resolve"),
                    late -> {},
                    () -> over.set(true));
        if (round < 500) {
          assertThat(call.await()).isEqualTo("a");
        } else {
          Refused.with(ErrorCode.CREDENTIAL_DENIED, call::await);
        }
        assertThat(over).as("in round " + round).isTrue();
      }
    }

    @Test
    @Rule("ECM-9")
    void aRepeatableCall_goesOnAfterAnyLoss_butNeverBesideAMemberThatIsSilent() {
      NamedProvider site = site("a", "b");
      nodes.fails("a", Failure.UNAVAILABLE, false);
      assertThat(release(site)).isEqualTo("b");

      NamedProvider silent = site(SHORT, "c", "d");
      nodes.hangs("c");
      Refused.with(ErrorCode.CREDENTIAL_TIMED_OUT, () -> release(silent));
      assertThat(nodes.count("d release")).isZero();
      assertThat(release(silent)).isEqualTo("d");
    }

    @ParameterizedTest
    @EnumSource(
        value = Failure.class,
        mode = EnumSource.Mode.EXCLUDE,
        names = {"UNAVAILABLE", "TIMED_OUT"})
    @Rule({"ECM-7", "ECM-8"})
    void whatTheStoreHasToSay_isTheAnswer_andNoLoss(Failure failure) {
      NamedProvider site = site("a", "b");
      nodes.fails("a", failure, true);
      Refused.with(failure.code(), () -> find(site));
      Refused.with(failure.code(), () -> release(site));
      Refused.with(failure.code(), () -> resolve(site));
      assertThat(nodes.asked).allMatch(asked -> asked.startsWith("a "));
      assertThat(order(site)).containsExactly("site#1", "site#2");
    }
  }

  @Nested
  class Time {
    @Test
    @Rule({"ECM-6", "ECM-8"})
    void aRead_ofASilentMember_isAnsweredByTheNext_andTheSilentOneIsLost() {
      NamedProvider site = site(SHORT, "a", "b");
      nodes.hangs("a");
      assertThat(find(site)).isEqualTo("b");
      assertThat(nodes.asked).containsExactly("a find", "b find");
      assertThat(find(site)).isEqualTo("b");
      assertThat(nodes.asked).containsExactly("a find", "b find", "b find");
      Awaiting.until("no thread hangs", () -> callThreads("site#1").isEmpty());
    }

    @Test
    @Rule("ECM-6")
    void aRead_ofASlowMember_isAnsweredByItWhenTheNextIsSlower_andNobodyIsLost() {
      NamedProvider site =
          site(CredentialLimits.standard().perCall(Duration.ofSeconds(2)), "a", "b");
      nodes.hangs("a");
      // b lets a go, and waits for the end of the call itself.
      nodes.does(
          "b",
          () -> {
            nodes.free();
            Awaiting.until("interrupted", Thread.currentThread()::isInterrupted);
          });
      assertThat(find(site)).isEqualTo("a");
      assertThat(site.members().all()).allMatch(member -> member.standing().view().usable());
    }

    @Test
    @Rule("ECM-6")
    void oneDeadline_holdsForAllTries() {
      NamedProvider site = site(SHORT.perCall(Duration.ofSeconds(3)), "a", "b", "c");
      nodes.hangsDeaf("a").hangsDeaf("b").hangsDeaf("c");
      List<Instant> deadlines = new CopyOnWriteArrayList<>();
      long begun = System.nanoTime();
      Refused.with(
          ErrorCode.CREDENTIAL_TIMED_OUT,
          () ->
              site.calls()
                  .read(
                      "find",
                      Node.class,
                      (node, until) -> {
                        deadlines.add(until);
                        return node.act("find");
                      })
                  .await());
      // The limit is 3 s; three of them would be 9 s.
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(8));
      assertThat(nodes.asked).containsExactly("a find", "b find", "c find");
      assertThat(Set.copyOf(deadlines)).containsExactly(clock.instant().plusSeconds(3));
    }

    @Test
    @Rule({"ECM-6", "ECM-8"})
    void aMember_whoseThreadsAllHang_hangsNobodyElse_andIsNotLostForBeingFull() {
      NamedProvider site = site(SHORT.atOnce(2), "a", "b");
      nodes.hangsDeaf("a");
      List<RoutedCall<Node, String>> hanging = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        hanging.add(
            site.calls()
                .once(
                    "resolve",
                    Node.class,
                    (node, until) -> node.act("resolve"),
                    l -> {},
                    () -> {}));
      }
      Awaiting.until("both hang", () -> nodes.count("a resolve") == 2);
      // Every kind of call goes to the next, for nothing of it has happened.
      assertThat(resolve(site)).isEqualTo("b");
      assertThat(release(site)).isEqualTo("b");
      assertThat(find(site)).isEqualTo("b");
      assertThat(order(site)).containsExactly("site#1", "site#2");
      hanging.forEach(call -> Refused.with(ErrorCode.CREDENTIAL_TIMED_OUT, call::await));
      assertThat(order(site)).containsExactly("site#2", "site#1");
    }

    @Test
    @Rule("ECM-6")
    void anInterruptedWaiter_isNoLoss() {
      NamedProvider site = site("a", "b");
      nodes.hangs("a");
      Thread.currentThread().interrupt();
      Refused.with(ErrorCode.CREDENTIAL_TIMED_OUT, () -> resolve(site));
      assertThat(Thread.interrupted()).isTrue();
      assertThat(order(site)).containsExactly("site#1", "site#2");
    }

    @Test
    @Rule("ECM-6")
    void anUnattendedCall_endsInTimeToo() {
      NamedProvider site = site(SHORT, "a");
      nodes.hangs("a");
      List<RuntimeException> failed = new CopyOnWriteArrayList<>();
      site.calls()
          .repeatable("release", Node.class, (node, until) -> node.act("release"))
          .unattended(failed::add);
      Awaiting.until("given up", () -> !failed.isEmpty());
      Awaiting.until("no thread hangs", () -> callThreads("site").isEmpty());
    }
  }

  private static List<String> callThreads(String label) {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(entry -> entry.getKey().getName().startsWith("postern-credential-" + label))
        .filter(
            entry -> Stream.of(entry.getValue()).anyMatch(f -> f.getClassName().contains("Nodes")))
        .map(entry -> entry.getKey().getName())
        .toList();
  }

  @Nested
  class Probes {
    @Test
    @Rule("ECM-8")
    void members_areAskedAgainAndAgain_alsoWhileNobodyCalls_andAtDifferentTimes() {
      CredentialManagers managers = open(PATIENT, "a", "b", "c");
      MemberSweep sweep = sweep(managers);
      sweep.sweep();
      Awaiting.until("all asked", () -> nodes.asked.size() == 3);
      awaitAnswers(managers);
      sweep.sweep();
      clock.advance(Duration.ofSeconds(7));
      sweep.sweep();
      assertThat(nodes.asked).isEmpty();
      for (int i = 0; i < 6; i++) {
        clock.advance(Duration.ofSeconds(1));
        sweep.sweep();
      }
      Awaiting.until("all asked again", () -> nodes.asked.size() == 3);
    }

    /** So that no probe is under way; those of this listing are not counted. */
    private void awaitAnswers(CredentialManagers managers) {
      ManagerListing.ask(managers.all().get(0).members()).forEach(ManagerListing.Asked::await);
      nodes.asked.clear();
    }

    @Test
    @Rule("ECM-8")
    void aMember_thatSaysThatItIsDown_isLost_audited_andBackAgain() {
      CredentialManagers managers = open(PATIENT, "a", "b");
      NamedProvider site = managers.find("site").orElseThrow();
      MemberSweep sweep = sweep(managers);
      nodes.says("a", Health.down("sealed"));
      sweepUntil(sweep, () -> !journal.isEmpty());
      assertThat(find(site)).isEqualTo("b");
      assertThat(journal).hasSize(1);
      assertThat(journal.get(0).action()).isEqualTo("credential-manager.member-lost");
      assertThat(journal.get(0).actor()).startsWith("postern:");
      assertThat(journal.get(0).subject()).isEqualTo("credential-manager:site");
      assertThat(journal.get(0).why()).isEqualTo("sealed");
      assertThat(journal.get(0).details()).containsEntry("member", "site#1");
      nodes.heals("a");
      sweepUntil(sweep, () -> journal.size() == 2);
      assertThat(journal.get(1).action()).isEqualTo("credential-manager.member-back");
      assertThat(order(site)).containsExactly("site#2", "site#1");
    }

    @Test
    @Rule({"ECM-6", "ECM-8"})
    void aProbe_thatHangs_delaysNobody_andItsMemberIsLostInTime() {
      CredentialManagers managers = open(SHORT.atOnce(1), "a", "b");
      NamedProvider site = managers.find("site").orElseThrow();
      MemberSweep sweep = sweep(managers);
      nodes.hangsDeaf("a");
      sweep.sweep();
      Awaiting.until("it hangs", () -> nodes.count("a health") == 1);
      nodes.heals("a");
      // The one place for calls is free.
      assertThat(find(site)).isEqualTo("a");
      Awaiting.until(
          "lost",
          () -> {
            sweep.sweep();
            return !site.members().all().get(0).standing().view().usable();
          });
      // One that cannot be interrupted is not asked a second time.
      for (int i = 0; i < 3; i++) {
        clock.advance(Duration.ofMinutes(1));
        sweep.sweep();
      }
      assertThat(nodes.count("a health")).isEqualTo(1);
      assertThat(find(site)).isEqualTo("b");
    }

    @Test
    @Rule("ECM-8")
    void aFlappingMember_isToldOfOnceInAWhile_withHowOftenItWasLost() {
      CredentialManagers managers = open(PATIENT, "a");
      NamedProvider site = managers.find("site").orElseThrow();
      MemberSweep sweep = sweep(managers);
      sweepUntil(sweep, () -> nodes.count("a health") == 1);
      for (int i = 0; i < 20; i++) {
        nodes.fails("a", Failure.UNAVAILABLE, true);
        Refused.with(ErrorCode.CREDENTIAL_UNAVAILABLE, () -> find(site));
        sweep.sweep();
        nodes.heals("a");
        find(site);
        sweep.sweep();
      }
      assertThat(journal).hasSize(1);
      clock.advance(Duration.ofSeconds(11));
      sweep.sweep();
      assertThat(journal).hasSize(3);
      assertThat(journal.get(1).details()).containsEntry("times", "19");
      assertThat(journal.get(2).action()).isEqualTo("credential-manager.member-back");
    }

    private void sweepUntil(MemberSweep sweep, BooleanSupplier done) {
      Awaiting.until(
          "swept",
          () -> {
            clock.advance(Duration.ofSeconds(3));
            sweep.sweep();
            return done.getAsBoolean();
          });
    }
  }

  @Nested
  class UnderLoad {
    @Test
    @Rule({"ECM-8", "ECM-9"})
    void flappingMembers_loseNoReadAndDoubleNoEffect_asLongAsOneIsThere() throws Exception {
      NamedProvider site = site("a", "b", "c");
      ExecutorService threads = Executors.newFixedThreadPool(8);
      AtomicInteger effects = new AtomicInteger();
      AtomicInteger lent = new AtomicInteger();
      List<Future<Integer>> working = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        Callable<Integer> work =
            () -> {
              for (int round = 0; round < 300; round++) {
                find(site);
                release(site);
                site.calls()
                    .once(
                        "resolve",
                        Node.class,
                        (node, until) -> {
                          node.act("resolve");
                          return effects.incrementAndGet();
                        },
                        late -> {},
                        () -> {})
                    .await();
                lent.incrementAndGet();
              }
              return 0;
            };
        working.add(threads.submit(work));
      }
      Future<Integer> breaking =
          threads.submit(
              () -> {
                int broken = 0;
                while (!working.stream().allMatch(Future::isDone)) {
                  String node = List.of("a", "b").get(ThreadLocalRandom.current().nextInt(2));
                  nodes.fails(node, Failure.UNAVAILABLE, true);
                  broken++;
                  ManagerListing.ask(site.members()).forEach(ManagerListing.Asked::await);
                  nodes.heals(node);
                  ManagerListing.ask(site.members()).forEach(ManagerListing.Asked::await);
                }
                return broken;
              });
      for (Future<Integer> each : working) {
        each.get(50, TimeUnit.SECONDS);
      }
      assertThat(breaking.get(20, TimeUnit.SECONDS)).isPositive();
      threads.shutdown();
      assertThat(lent).hasValue(6 * 300);
      assertThat(effects).hasValue(6 * 300);
    }
  }
}
