package io.postern.core.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.Barrier;
import io.postern.core.Refused;
import io.postern.core.connector.Connectors;
import io.postern.core.credential.CandidateKey.Wanted;
import io.postern.credential.Candidate;
import io.postern.credential.Candidate.Precedence;
import io.postern.credential.CandidateId;
import io.postern.credential.CredentialKind;
import io.postern.person.Person;
import io.postern.testing.Rule;
import io.postern.testing.SettableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is remembered of managers' answers, and for how long. */
@Timeout(60)
class CandidateCacheTest {
  private static final Duration FRESH = Duration.ofSeconds(30);
  private static final Duration STALE = Duration.ofMinutes(10);

  private final SettableClock clock = SettableClock.at("2026-11-22T09:00:00Z");
  private final CandidateCache cache = new CandidateCache(clock, new CandidateTimes(FRESH, STALE));
  private final AtomicInteger asked = new AtomicInteger();
  private final CandidateKey key = key("vault", LendingRoom.MAYA);

  @AfterEach
  void close() {
    cache.close();
  }

  private static CandidateKey key(String manager, Person person) {
    return new CandidateKey(manager, Wanted.by(person, Connectors.endpoint(LendingRoom.ITEM)));
  }

  private static Candidate candidate(String name) {
    return new Candidate(
        new CandidateId("vault", name),
        name,
        name,
        CredentialKind.PASSWORD,
        Precedence.ITEM,
        false,
        Optional.empty());
  }

  private Supplier<List<Candidate>> has(String... names) {
    return () -> {
      asked.incrementAndGet();
      return List.of(names).stream().map(CandidateCacheTest::candidate).toList();
    };
  }

  private Supplier<List<Candidate>> fails(ErrorCode code) {
    return () -> {
      asked.incrementAndGet();
      throw new PosternException(code, "fails");
    };
  }

  private KnownCandidates look(Supplier<List<Candidate>> question) {
    return CandidateCache.await(cache.look(key, question));
  }

  private List<String> names(KnownCandidates known) {
    return known.found().stream().map(Candidate::username).toList();
  }

  @Test
  @Rule("ECM-10")
  void look_ofAHundredAtOnce_asksOnce() throws Exception {
    CountDownLatch allWait = new CountDownLatch(100);
    Supplier<List<Candidate>> slow =
        () -> {
          asked.incrementAndGet();
          try {
            allWait.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return List.of(candidate("root"));
        };
    ExecutorService threads = Executors.newFixedThreadPool(100);
    try {
      List<Callable<KnownCandidates>> callers = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        callers.add(
            () -> {
              CompletableFuture<KnownCandidates> answer = cache.look(key, slow);
              allWait.countDown();
              return CandidateCache.await(answer);
            });
      }
      for (Future<KnownCandidates> each : threads.invokeAll(callers)) {
        assertThat(names(each.get())).containsExactly("root");
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(asked).hasValue(1);
  }

  @Test
  @Rule("ECM-10")
  void look_whileFresh_asksNobody_andAfterItAsksAgain() {
    look(has("old"));
    clock.advance(FRESH.minusMillis(1));
    assertThat(names(look(has("new")))).containsExactly("old");
    clock.advance(Duration.ofMillis(1));
    assertThat(names(look(has("new")))).containsExactly("new");
    assertThat(asked).hasValue(2);
  }

  @Test
  void look_ofAnotherPersonOrManager_asksAnew() {
    look(has("maya"));
    Person elsewhere = Person.named("maya", "Maya").memberOf("left-a-group").build();
    for (CandidateKey other :
        List.of(
            key("vault", LendingRoom.OTTO), key("vault", elsewhere), key("b", LendingRoom.MAYA))) {
      CandidateCache.await(cache.look(other, has("other")));
    }
    assertThat(asked).hasValue(4);
  }

  @Test
  void look_thatFoundNone_holdsForASmallerTime() {
    look(has());
    clock.advance(Duration.ofMillis(4_999));
    assertThat(look(has("root")).found()).isEmpty();
    clock.advance(Duration.ofMillis(1));
    assertThat(look(has("root")).found()).hasSize(1);
  }

  @Test
  @Rule("ECM-10")
  void look_whenTheManagerFails_givesTheLastGoodAnswerMarked_forALimitedTime() {
    look(has("root"));
    long answeredAt = clock.millis();
    clock.advance(FRESH);
    for (ErrorCode code :
        List.of(
            ErrorCode.CREDENTIAL_THROTTLED,
            ErrorCode.CREDENTIAL_TIMED_OUT,
            ErrorCode.CREDENTIAL_UNAVAILABLE,
            ErrorCode.CREDENTIAL_MISCONFIGURED,
            ErrorCode.PLUGIN_FAILED)) {
      KnownCandidates stale = look(fails(code));
      assertThat(names(stale)).containsExactly("root");
      assertThat(stale.at()).isEqualTo(answeredAt);
      assertThat(stale.failure()).hasValueSatisfying(e -> assertThat(e.code()).isEqualTo(code));
      clock.advance(Duration.ofSeconds(5));
    }
    clock.advance(STALE);
    Refused.with(
        ErrorCode.CREDENTIAL_UNAVAILABLE, () -> look(fails(ErrorCode.CREDENTIAL_UNAVAILABLE)));
    assertThat(names(look(has("back")))).containsExactly("back");
  }

  @Test
  @Rule("ECM-10")
  void look_whenTheLastGoodAnswerWasNone_saysSoToo() {
    look(has());
    clock.advance(FRESH);
    assertThat(look(fails(ErrorCode.CREDENTIAL_THROTTLED)).found()).isEmpty();
  }

  @Test
  void look_atAManagerThatFailedAMomentAgo_doesNotWaitForItAgain() {
    look(has("root"));
    clock.advance(FRESH);
    look(fails(ErrorCode.CREDENTIAL_TIMED_OUT));
    look(fails(ErrorCode.CREDENTIAL_TIMED_OUT));
    assertThat(asked).hasValue(2);
    assertThat(CandidateCache.await(cache.ask(key, has("now"))).failure()).isEmpty();
  }

  @Test
  void look_atAManagerThatSaysNo_showsNothingOfBefore() {
    for (ErrorCode no : List.of(ErrorCode.CREDENTIAL_DENIED, ErrorCode.CREDENTIAL_NOT_FOUND)) {
      look(has("root"));
      clock.advance(FRESH);
      Refused.with(no, () -> look(fails(no)));
      Refused.with(
          ErrorCode.CREDENTIAL_UNAVAILABLE, () -> look(fails(ErrorCode.CREDENTIAL_UNAVAILABLE)));
    }
  }

  @Test
  void look_withAClockSetBack_asksAgain() {
    look(has("old"));
    clock.advance(Duration.ofHours(-1));
    assertThat(names(look(has("new")))).containsExactly("new");
  }

  @Test
  void look_whoseWaiterIsInterrupted_goesOnForTheOthers() throws Exception {
    Barrier answers = new Barrier();
    CompletableFuture<KnownCandidates> first =
        cache.look(
            key,
            () -> {
              answers.run();
              return has("root").get();
            });
    Thread.currentThread().interrupt();
    Refused.with(ErrorCode.INTERRUPTED, () -> CandidateCache.await(first));
    assertThat(Thread.interrupted()).isTrue();
    CompletableFuture<KnownCandidates> second = cache.look(key, has("never asked"));
    answers.open();
    assertThat(names(CandidateCache.await(second))).containsExactly("root");
    assertThat(asked).hasValue(1);
  }

  @Test
  @Rule("ECM-10")
  void forget_ofAManager_alsoDropsWhatIsOnItsWay() throws Exception {
    Barrier answers = new Barrier();
    CompletableFuture<KnownCandidates> onItsWay =
        cache.look(
            key,
            () -> {
              answers.run();
              return has("of the store before").get();
            });
    cache.forget("vault");
    Barrier answersNow = new Barrier();
    CompletableFuture<KnownCandidates> next =
        cache.look(
            key,
            () -> {
              answersNow.run();
              return has("of this store").get();
            });
    answers.open();
    assertThat(names(CandidateCache.await(onItsWay))).containsExactly("of the store before");
    assertThat(cache.fresh(key)).isNull();
    answersNow.open();
    assertThat(names(CandidateCache.await(next))).containsExactly("of this store");
    cache.forget("another");
    assertThat(names(look(has()))).containsExactly("of this store");
    cache.forget("vault");
    Refused.with(
        ErrorCode.CREDENTIAL_UNAVAILABLE, () -> look(fails(ErrorCode.CREDENTIAL_UNAVAILABLE)));
  }

  @Test
  @Rule("ECM-10")
  void outdate_ofACredential_asksAgain_andKeepsTheAnswerForNeed() {
    look(has("root"));
    cache.outdate(new CandidateId("vault", "another"));
    assertThat(cache.fresh(key)).isNotNull();
    cache.outdate(new CandidateId("vault", "root"));
    assertThat(names(look(fails(ErrorCode.CREDENTIAL_UNAVAILABLE)))).containsExactly("root");
    assertThat(asked).hasValue(2);
  }

  @Test
  @Rule("ECM-10")
  void memory_isBounded() {
    List<Candidate> many = IntStream.range(0, 999).mapToObj(i -> candidate("c" + i)).toList();
    for (int i = 0; i < 100; i++) {
      CandidateKey one = key("vault", Person.named("p" + i, "P").build());
      CandidateCache.await(cache.look(one, () -> many));
    }
    cache.cleanUp();
    long kept =
        IntStream.range(0, 100)
            .mapToObj(i -> key("vault", Person.named("p" + i, "P").build()))
            .filter(one -> cache.fresh(one) != null)
            .count();
    assertThat(kept).isBetween(1L, 50L);
  }

  @Test
  @Rule("ECM-10")
  void memory_isLetGoOfWhenNothingOfItMayBeShown() {
    look(has("root"));
    clock.advance(STALE);
    cache.cleanUp();
    assertThat(cache.size()).isZero();
  }

  @Test
  void close_endsQuestionsAndRefusesFurtherOnes() {
    CompletableFuture<KnownCandidates> hangs =
        cache.look(
            key,
            () -> {
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException e) {
                throw new PosternException(ErrorCode.CREDENTIAL_TIMED_OUT, "interrupted", e);
              }
              return List.of();
            });
    cache.close();
    Refused.with(ErrorCode.CREDENTIAL_TIMED_OUT, () -> CandidateCache.await(hangs));
    Refused.with(ErrorCode.CLOSED, () -> look(has("root")));
  }
}
