package io.postern.core.credential;

import static io.postern.core.credential.LendingRoom.ADA;
import static io.postern.core.credential.LendingRoom.ITEM;
import static io.postern.core.credential.LendingRoom.MAYA;
import static io.postern.core.credential.LendingRoom.OTTO;
import static io.postern.credential.ManagerHealth.Capability.CHECK_OUT;
import static io.postern.credential.ManagerHealth.Capability.RENEW;
import static io.postern.credential.ManagerHealth.Capability.ROTATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.tuple;

import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.PosternException;
import io.postern.core.Awaiting;
import io.postern.core.connector.Connectors;
import io.postern.core.credential.Lending.Borrowed;
import io.postern.core.store.Database;
import io.postern.core.store.StoreUnderTest;
import io.postern.credential.Candidate;
import io.postern.credential.Candidate.Precedence;
import io.postern.credential.CandidateId;
import io.postern.credential.Candidates;
import io.postern.credential.Credential;
import io.postern.credential.CredentialLimits;
import io.postern.credential.Credentials;
import io.postern.credential.Lease;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import io.postern.credential.ManagerHealth;
import io.postern.credential.NoAnswer;
import io.postern.credential.Secret;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPolicy;
import io.postern.person.Person;
import io.postern.session.SessionId;
import io.postern.spi.CallContext;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Leases on one engine, from the first question to the last retry. */
@Timeout(120)
abstract class LendingContract {
  static final CredentialLimits SHORT =
      CredentialLimits.standard().perCall(Duration.ofSeconds(1)).atOnce(4);

  @RegisterExtension final StoreUnderTest store;
  final LedgerVault.Able vault = new LedgerVault.Able();
  final LedgerVault plain = new LedgerVault();
  private final CountDownLatch never = new CountDownLatch(1);
  private final List<LendingRoom> rooms = new ArrayList<>();
  LendingRoom room;

  LendingContract(StoreUnderTest store) {
    this.store = store;
  }

  @BeforeEach
  void open() {
    room = room(CredentialLimits.standard());
  }

  @AfterEach
  void close() {
    never.countDown();
    rooms.forEach(LendingRoom::close);
  }

  LendingRoom room(CredentialLimits limits) {
    return room(store.database(), limits);
  }

  LendingRoom room(Database database, CredentialLimits limits) {
    Map<String, LedgerVault> vaults = new LinkedHashMap<>();
    vaults.put("able", vault);
    vaults.put("plain", plain);
    LendingRoom made = LendingRoom.on(database, store.clock(), limits, vaults);
    rooms.add(made);
    return made;
  }

  void hang() {
    try {
      never.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Hangs whatever is done to its thread. */
  void hangDeaf() {
    boolean open = false;
    while (!open) {
      try {
        never.await();
        open = true;
      } catch (InterruptedException e) {
        // Deaf.
      }
    }
  }

  static Runnable failing(Failure failure, boolean withoutEffect) {
    return () -> {
      throw withoutEffect
          ? ProviderException.withoutEffect(failure, "fails", "log", null)
          : ProviderException.effectUnknown(failure, "fails", "log", null);
    };
  }

  static void refused(ErrorCode code, ThrowingCallable call) {
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(call)
        .satisfies(e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
  }

  Borrowed borrow(String key) {
    return room.lending.borrow(room.loan(MAYA, "s1", "able", key));
  }

  void nothingIsLent() {
    assertThat(vault.lent).isEmpty();
    assertThat(vault.checkedOut).isEmpty();
    assertThat(plain.lent).isEmpty();
  }

  void everySecretIsClosed() {
    assertThat(vault.secrets).allMatch(Secret::isClosed);
    assertThat(plain.secrets).allMatch(Secret::isClosed);
  }

  @Test
  @Rule("ECM-6")
  void call_saysOnWhoseBehalf_inWhichSession_onWhichItem_whatFor_andUntilWhen() {
    vault.has("db", Precedence.ITEM);
    Borrowed borrowed = borrow("db");
    borrowed.credential().close();
    assertThat(vault.contexts).extracting(CallContext::purpose).containsExactly("find", "log-on");
    assertThat(vault.contexts)
        .allSatisfy(
            call -> {
              assertThat(call.person()).isEqualTo(MAYA);
              assertThat(call.session()).contains(LendingRoom.SESSION);
              assertThat(call.item()).contains(ITEM.id());
              assertThat(call.deadline()).isAfter(store.clock().instant());
            });
    assertThat(vault.contexts.get(1).callId()).isEqualTo(borrowed.lease().value());
    assertThat(vault.contexts.get(0).callId()).isNotEqualTo(borrowed.lease().value());
  }

  @Nested
  class Finding {
    private Candidates candidates(String search) {
      return room.credentials(MAYA).candidates(ITEM.id(), search);
    }

    private List<String> keys(Candidates candidates) {
      return candidates.found().stream().map(found -> found.id().toString()).toList();
    }

    @Test
    @Rule({"LOG-1", "LOG-3"})
    void candidates_ofSeveralManagers_nameTheirManagerInAStableOrder() {
      vault.has("b", Precedence.ITEM).has("a", Precedence.ITEM);
      plain.has("a", Precedence.ITEM);
      assertThat(keys(candidates(""))).containsExactly("able/a", "able/b", "plain/a");
      assertThat(vault.secrets).isEmpty();
    }

    @Test
    @Rule("LOG-5")
    void candidates_ofACloserMatch_hideThoseFurtherAway() {
      vault.has("site", Precedence.SITE).has("person", Precedence.PERSON);
      plain.has("group", Precedence.GROUP).has("person", Precedence.PERSON);
      assertThat(keys(candidates(""))).containsExactly("plain/group");
      vault.has("item", Precedence.ITEM);
      store.clock().advance(Duration.ofSeconds(30));
      assertThat(keys(candidates(""))).containsExactly("able/item");
    }

    @Test
    @Rule("LOG-3")
    void candidates_searched_areThoseThatContainTheText() {
      vault.has("root", Precedence.ITEM).has("deploy", Precedence.ITEM);
      assertThat(keys(candidates("DEPLOY"))).containsExactly("able/deploy");
      assertThat(keys(candidates("label"))).hasSize(2);
      assertThat(keys(candidates("nothing"))).isEmpty();
    }

    @Test
    @Rule({"LOG-3", "ECM-6", "ECM-7"})
    void candidates_whenAManagerHangsOrFails_areThoseOfTheOthersAndNameIt() {
      room = room(SHORT);
      plain.has("a", Precedence.ITEM);
      vault.always("find", LendingContract.this::hang);
      Candidates hanging = candidates("");
      assertThat(keys(hanging)).containsExactly("plain/a");
      assertThat(hanging.silent())
          .extracting(NoAnswer::manager, NoAnswer::code)
          .containsExactly(tuple("able", ErrorCode.CREDENTIAL_TIMED_OUT));
      for (Failure failure : Failure.values()) {
        vault.always("find", failing(failure, true));
        assertThat(candidates("").silent())
            .extracting(NoAnswer::code)
            .containsExactly(failure.code());
      }
    }

    @Test
    @Rule("ECM-7")
    void candidates_ofABrokenPlugIn_areNoAnswerRatherThanNone() {
      vault.has("a", Precedence.ITEM).has("a", Precedence.ITEM);
      assertThat(candidates("").silent())
          .extracting(NoAnswer::code)
          .containsExactly(ErrorCode.PLUGIN_FAILED);
      vault.always(
          "find",
          () -> {
            throw new NoClassDefFoundError("secret detail");
          });
      assertThat(candidates("").silent())
          .singleElement()
          .satisfies(
              silent -> assertThat(silent.text()).contains("able").doesNotContain("secret detail"));
    }

    /** Taken for what several may have, it would be everybody's at the same time. */
    @Test
    @Rule({"ECM-5", "ECM-7", "OUT-3"})
    void candidates_exclusiveWithAManagerThatCannotCheckOut_areABrokenAnswer() {
      plain.hasExclusive("root");
      assertThat(candidates("").found()).isEmpty();
      assertThat(candidates("").silent())
          .extracting(NoAnswer::manager, NoAnswer::code)
          .containsExactly(tuple("plain", ErrorCode.PLUGIN_FAILED));
      refused(
          ErrorCode.PLUGIN_FAILED,
          () -> room.lending.borrow(room.loan(MAYA, "s1", "plain", "root")));
      assertThat(plain.acts).isEmpty();
    }

    @Test
    @Rule("OUT-3")
    void candidates_thatAreOut_nameTheirHolder() {
      vault.hasExclusive("root");
      room.credentials(OTTO)
          .checkOut(ITEM.id(), new CandidateId("able", "root"), Duration.ofHours(1));
      assertThat(candidates("").found())
          .extracting(Candidate::exclusive, Candidate::holder)
          .containsExactly(tuple(true, Optional.of("Otto (otto)")));
      room.neighbours.directoryFails = true;
      assertThat(
              room.lending
                  .candidates(MAYA, Connectors.endpoint(ITEM), "", true)
                  .found()
                  .get(0)
                  .holder())
          .contains("otto");
    }

    @Test
    void candidates_ofAnInvisibleItem_areNotFound() {
      room.neighbours.visible = false;
      refused(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> candidates(""));
      refused(
          ErrorCode.JUMP_ITEM_NOT_FOUND,
          () -> room.credentials(MAYA).candidates(JumpItemId.of("none"), ""));
    }
  }

  @Nested
  class Borrowings {
    @Test
    @Rule({"INJ-4", "ECM-11"})
    void borrow_givenBack_isReleasedOnceAndAuditedWithoutTheSecret() {
      vault.has("db", Precedence.ITEM);
      Borrowed borrowed = borrow("db");
      assertThat(room.state(borrowed.lease())).isEqualTo(State.HELD);
      assertThat(borrowed.credential().username()).isEqualTo("db");
      borrowed.credential().close();
      room.end("s1");
      room.end("s1");
      room.sweepOut();
      assertThat(room.state(borrowed.lease())).isEqualTo(State.RETURNED);
      assertThat(vault.acts).containsExactly("resolve db", "release db");
      assertThat(room.audited("credential.borrowed")).isEqualTo(1);
      assertThat(room.audited("credential.returned")).isEqualTo(1);
      assertThat(room.audit()).noneMatch(entry -> entry.contains("secret of"));
      assertThat(room.audit())
          .filteredOn(entry -> entry.startsWith("credential.borrowed"))
          .allMatch(
              entry -> entry.contains("able") && entry.contains("db") && entry.contains("s1"));
    }

    @Test
    @Rule("ECM-10")
    void borrow_whileTheSameIsLent_asksTheManagerAgain() {
      vault.has("db", Precedence.ITEM);
      borrow("db").credential().close();
      borrow("db").credential().close();
      assertThat(vault.acts).containsExactly("resolve db", "resolve db");
      assertThat(vault.secrets).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    @Rule("INJ-4")
    void borrow_ofWhatIsNoCandidate_isRefusedAudited() {
      vault.has("db", Precedence.SITE);
      refused(ErrorCode.CREDENTIAL_NOT_A_CANDIDATE, () -> borrow("other"));
      refused(
          ErrorCode.CREDENTIAL_NOT_A_CANDIDATE,
          () -> room.lending.borrow(room.loan(MAYA, "s1", "none", "db")));
      plain.has("closer", Precedence.GROUP);
      refused(ErrorCode.CREDENTIAL_NOT_A_CANDIDATE, () -> borrow("db"));
      assertThat(room.audited("credential.refused")).isEqualTo(3);
      assertThat(room.rows()).isEmpty();
      assertThat(vault.acts).isEmpty();
    }

    @Test
    @Rule("ECM-6")
    void borrow_ofAnItemsOwnCredential_doesNotWaitForOtherManagers() {
      vault.has("db", Precedence.ITEM);
      plain.always("find", LendingContract.this::hang);
      borrow("db").credential().close();
    }

    @Test
    @Rule({"ECM-7", "ECM-9"})
    void borrow_whenTheManagerFailsWithoutEffect_isSettledAtOnce() {
      vault.has("db", Precedence.ITEM);
      for (Failure failure : Failure.values()) {
        vault.once("resolve", failing(failure, true));
        refused(failure.code(), () -> borrow("db"));
      }
      assertThat(room.rows())
          .hasSize(Failure.values().length)
          .allMatch(row -> row.state() == State.RETURNED);
      assertThat(room.rows()).allMatch(row -> row.dueAt().isEmpty());
      assertThat(vault.acts).isEmpty();
    }

    @Test
    @Rule({"ECM-9", "ECM-11"})
    void borrow_whenTheEffectIsUnknown_isNotRepeatedAndGivenBackByItsCallId() {
      vault.has("db", Precedence.ITEM);
      vault.once("after", failing(Failure.UNAVAILABLE, false));
      refused(ErrorCode.CREDENTIAL_UNAVAILABLE, () -> borrow("db"));
      assertThat(room.rows()).allMatch(row -> row.state() == State.RETURNING);
      assertThat(vault.lent).hasSize(1);
      room.sweep.sweep();
      assertThat(room.rows()).allMatch(row -> row.state() == State.RETURNED);
      assertThat(vault.acts).containsExactly("resolve db", "release db");
    }

    @Test
    @Rule({"ECM-6", "ECM-11"})
    void borrow_whoseAnswerComesLate_isWipedAndGivenBack() throws Exception {
      room = room(SHORT);
      vault.has("db", Precedence.ITEM);
      CountDownLatch over = new CountDownLatch(1);
      CountDownLatch open = new CountDownLatch(1);
      vault.once(
          "resolve",
          () -> {
            boolean waiting = true;
            while (waiting) {
              try {
                open.await();
                waiting = false;
              } catch (InterruptedException e) {
                over.countDown();
              }
            }
          });
      refused(ErrorCode.CREDENTIAL_TIMED_OUT, () -> borrow("db"));
      over.await();
      // What is given back before it was lent would stay lent: so nothing is, yet.
      room.sweep.sweep();
      assertThat(room.rows().get(0).state()).isEqualTo(State.RETURNING);
      open.countDown();
      room.awaitLenders();
      assertThat(vault.secrets.get(0).isClosed()).isTrue();
      room.sweepOut();
      assertThat(room.rows().get(0).state()).isEqualTo(State.RETURNED);
      nothingIsLent();
      everySecretIsClosed();
    }

    @Test
    @Rule("ECM-7")
    void borrow_ofAnUnusableAnswer_isRefusedWipedAndGivenBack() {
      vault.has("db", Precedence.ITEM);
      List<UnaryOperator<Lent>> broken =
          List.of(
              lent -> null,
              lent -> new Lent(null, lent.lease()),
              lent -> new Lent(lent.credential(), null),
              lent -> new Lent(Credential.password(" ", password(lent)), lent.lease()),
              lent ->
                  new Lent(Credential.password("db", Secret.takeFrom(new byte[0])), lent.lease()),
              lent -> new Lent(Credential.privateKey("db", password(lent)), lent.lease()),
              lent ->
                  new Lent(
                      lent.credential(),
                      new LeaseTerms("r", Optional.of(store.clock().instant()), true)));
      for (UnaryOperator<Lent> answer : broken) {
        vault.answering =
            lent -> {
              Lent changed = answer.apply(lent);
              if (changed == null || changed.credential() == null) {
                lent.credential().close();
              }
              return changed;
            };
        refused(ErrorCode.PLUGIN_FAILED, () -> borrow("db"));
      }
      room.sweepOut();
      assertThat(room.rows()).hasSize(7).allMatch(row -> row.state() == State.RETURNED);
      nothingIsLent();
      assertThat(vault.secrets).filteredOn(secret -> !secret.isClosed()).hasSize(1);
    }

    private Secret password(Lent lent) {
      return ((Credential.Password) lent.credential()).password();
    }

    @Test
    @Rule("ECM-7")
    void borrow_fromAPlugInThatThrowsAnything_isRefusedWithoutItsWords() {
      vault.has("db", Precedence.ITEM);
      for (Throwable thrown :
          List.of(new IllegalStateException("pw s3cr3t"), new StackOverflowError("pw s3cr3t"))) {
        vault.once(
            "resolve",
            () -> {
              if (thrown instanceof Error error) {
                throw error;
              }
              throw (RuntimeException) thrown;
            });
        Throwable seen = catchThrowable(() -> borrow("db"));
        assertThat(seen).hasMessageContaining("broke its contract");
        assertThat(((PosternException) seen).code()).isEqualTo(ErrorCode.PLUGIN_FAILED);
        for (Throwable part = seen; part != null; part = part.getCause()) {
          assertThat(part.toString()).doesNotContain("s3cr3t");
        }
      }
    }

    @Test
    @Rule("INJ-6")
    void again_asksTheManagerOnceMoreAndBothAreGivenBack() {
      vault.has("db", Precedence.ITEM);
      Borrowed first = borrow("db");
      Credential second = room.lending.again(room.loan(MAYA, "s1", "able", "db"), first.lease());
      first.credential().close();
      second.close();
      assertThat(vault.count("resolve db")).isEqualTo(2);
      assertThat(vault.lent).hasSize(2);
      room.end("s1");
      nothingIsLent();
      everySecretIsClosed();
      refused(
          ErrorCode.ILLEGAL_CHANGE,
          () -> room.lending.again(room.loan(MAYA, "s1", "able", "db"), first.lease()));
    }

    @Test
    void again_withSomebodyElsesLease_isRefused() {
      vault.has("db", Precedence.ITEM);
      Borrowed first = borrow("db");
      refused(
          ErrorCode.ILLEGAL_CHANGE,
          () -> room.lending.again(room.loan(OTTO, "s1", "able", "db"), first.lease()));
      refused(
          ErrorCode.ILLEGAL_CHANGE,
          () -> room.lending.again(room.loan(MAYA, "s2", "able", "db"), first.lease()));
      assertThat(vault.count("resolve db")).isEqualTo(1);
    }

    @Test
    void giveBack_whileTheManagerIsAsked_givesBackWhatItThenLends() {
      vault.has("db", Precedence.ITEM);
      vault.once("resolve", () -> room.end("s1"));
      refused(ErrorCode.CREDENTIAL_TIMED_OUT, () -> borrow("db"));
      everySecretIsClosed();
      room.sweepOut();
      nothingIsLent();
      assertThat(room.rows()).allMatch(row -> row.state() == State.RETURNED);
    }
  }

  @Nested
  class Exclusive {
    private final CandidateId root = new CandidateId("able", "root");

    @BeforeEach
    void has() {
      vault.hasExclusive("root");
    }

    private Lease checkOut(Person person) {
      return room.credentials(person).checkOut(ITEM.id(), root, Duration.ofHours(1));
    }

    @Test
    @Rule("OUT-3")
    void borrow_ofAnAccountThatIsOut_namesTheHolder() {
      borrow("root").credential().close();
      assertThatExceptionOfType(PosternException.class)
          .isThrownBy(() -> room.lending.borrow(room.loan(OTTO, "s2", "able", "root")))
          .withMessageContaining("Maya")
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CREDENTIAL_CHECKED_OUT));
      room.end("s1");
      room.lending.borrow(room.loan(OTTO, "s2", "able", "root")).credential().close();
      assertThat(vault.acts).containsExactly("check-out root", "check-in root", "check-out root");
    }

    @Test
    @Rule({"OUT-3", "ECM-9"})
    void borrow_byMany_hasOneWinner() throws Exception {
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        for (int round = 0; round < 15; round++) {
          List<Callable<Boolean>> tries = new ArrayList<>();
          for (int i = 0; i < 8; i++) {
            String session = "r" + round + "-" + i;
            LendingRoom mine = room;
            Person person = Person.named("p" + i, "P" + i).build();
            tries.add(
                () -> {
                  try {
                    mine.lending
                        .borrow(mine.loan(person, session, "able", "root"))
                        .credential()
                        .close();
                    return true;
                  } catch (PosternException e) {
                    assertThat(e.code()).isEqualTo(ErrorCode.CREDENTIAL_CHECKED_OUT);
                    return false;
                  }
                });
          }
          int winners = 0;
          for (Future<Boolean> one : threads.invokeAll(tries)) {
            winners += one.get() ? 1 : 0;
          }
          assertThat(winners).isEqualTo(1);
          for (int i = 0; i < 8; i++) {
            room.end("r" + round + "-" + i);
          }
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(vault.count("check-out root")).isEqualTo(15);
      assertThat(vault.count("check-in root")).isEqualTo(15);
      everySecretIsClosed();
    }

    @Test
    @Rule({"OUT-1", "INJ-1"})
    void checkOut_checkedIn_isBackAndNobodySawTheSecret() {
      Lease lease = checkOut(MAYA);
      assertThat(lease.state()).isEqualTo(State.HELD);
      assertThat(lease.until()).contains(store.clock().instant().plus(Duration.ofHours(1)));
      everySecretIsClosed();
      assertThat(room.credentials(MAYA).held(PageRequest.first()).only().id())
          .isEqualTo(lease.id());
      assertThat(room.credentials(OTTO).held(PageRequest.first()).rows()).isEmpty();
      assertThat(room.credentials(ADA).held(PageRequest.first()).rows()).hasSize(1);
      room.credentials(MAYA).checkIn(lease.id());
      room.credentials(MAYA).checkIn(lease.id());
      assertThat(room.state(lease.id())).isEqualTo(State.RETURNED);
      assertThat(vault.acts).containsExactly("check-out root", "check-in root");
      assertThat(room.audited("credential.checked-out")).isEqualTo(1);
      assertThat(room.audited("credential.returned")).isEqualTo(1);
    }

    @Test
    @Rule("OUT-1")
    void checkOut_ofThoseWhoMayNot_isRefused() {
      refused(ErrorCode.NOT_PERMITTED, () -> checkOut(ADA));
      refused(
          ErrorCode.INPUT_INVALID,
          () -> room.credentials(MAYA).checkOut(ITEM.id(), root, Duration.ZERO));
      refused(
          ErrorCode.INPUT_INVALID,
          () -> room.credentials(MAYA).checkOut(ITEM.id(), root, Duration.ofDays(400)));
      room.neighbours.visible = false;
      refused(ErrorCode.JUMP_ITEM_NOT_FOUND, () -> checkOut(MAYA));
      room.neighbours.visible = true;
      vault.has("shared", Precedence.ITEM);
      refused(
          ErrorCode.CAPABILITY_MISSING,
          () ->
              room.credentials(MAYA)
                  .checkOut(ITEM.id(), new CandidateId("able", "shared"), Duration.ofHours(1)));
      assertThat(room.rows()).isEmpty();
    }

    @Test
    @Rule("OUT-4")
    void checkIn_byForce_isForAdministratorsAndAudited() {
      Lease lease = checkOut(MAYA);
      refused(ErrorCode.LEASE_NOT_FOUND, () -> room.credentials(OTTO).checkIn(lease.id()));
      refused(
          ErrorCode.LEASE_NOT_FOUND,
          () -> room.credentials(MAYA).checkIn(LeaseId.of("0".repeat(26))));
      room.credentials(ADA).checkIn(lease.id());
      assertThat(room.state(lease.id())).isEqualTo(State.RETURNED);
      assertThat(room.audit()).anyMatch(entry -> entry.contains("checked in by force"));
    }

    @Test
    void checkIn_ofASessionsLease_isRefused() {
      Borrowed borrowed = borrow("root");
      borrowed.credential().close();
      refused(ErrorCode.ILLEGAL_CHANGE, () -> room.credentials(MAYA).checkIn(borrowed.lease()));
    }

    @Test
    @Rule("OUT-4")
    void checkOut_pastItsTime_isTakenBackBySweep() {
      Lease lease = checkOut(MAYA);
      store.clock().advance(Duration.ofMinutes(59));
      room.sweep.sweep();
      assertThat(room.state(lease.id())).isEqualTo(State.HELD);
      store.clock().advance(Duration.ofMinutes(1));
      room.sweep.sweep();
      assertThat(room.state(lease.id())).isEqualTo(State.RETURNED);
      nothingIsLent();
    }

    @Test
    @Rule({"OUT-1", "OUT-3"})
    void session_ofTheHolder_usesTheCheckOutAndKeepsItUntilItEnds() {
      Lease lease = checkOut(MAYA);
      borrow("root").credential().close();
      assertThat(vault.acts).containsExactly("check-out root", "resolve root");
      room.credentials(MAYA).checkIn(lease.id());
      assertThat(room.state(lease.id())).isEqualTo(State.RETURNING);
      refused(
          ErrorCode.CREDENTIAL_CHECKED_OUT,
          () -> room.lending.borrow(room.loan(OTTO, "s2", "able", "root")));
      room.end("s1");
      assertThat(room.state(lease.id())).isEqualTo(State.RETURNED);
      assertThat(vault.acts)
          .containsExactly("check-out root", "resolve root", "release root", "check-in root");
    }
  }

  @Nested
  class Owing {
    @Test
    @Rule({"ECM-11", "OUT-4"})
    void return_thatFails_isRetriedSixTimesThenIrrevocableAndListed() {
      vault.has("db", Precedence.ITEM);
      vault.always("release", failing(Failure.DENIED, true));
      Borrowed borrowed = borrow("db");
      borrowed.credential().close();
      room.end("s1");
      assertThat(room.credentials(ADA).owed(PageRequest.first()).only().lastFailure())
          .contains("CREDENTIAL_DENIED");
      refused(ErrorCode.NOT_PERMITTED, () -> room.credentials(MAYA).owed(PageRequest.first()));
      for (int tries = 1; tries < 6; tries++) {
        assertThat(room.row(borrowed.lease()).attempts()).isEqualTo(tries);
        assertThat(room.state(borrowed.lease())).isEqualTo(State.RETURNING);
        room.sweep.sweep();
        assertThat(room.row(borrowed.lease()).attempts()).isEqualTo(tries);
        store.clock().advance(Duration.ofHours(1));
        room.sweep.sweep();
      }
      assertThat(room.state(borrowed.lease())).isEqualTo(State.IRREVOCABLE);
      assertThat(room.audited("lease.irrevocable")).isEqualTo(1);
      assertThat(room.credentials(ADA).owed(PageRequest.first()).only().state())
          .isEqualTo(State.IRREVOCABLE);
      vault.heals("release");
      room.sweepOut();
      assertThat(room.state(borrowed.lease())).isEqualTo(State.IRREVOCABLE);
    }

    @Test
    @Rule("ECM-11")
    void return_afterAnOutage_succeeds() {
      vault.has("db", Precedence.ITEM);
      vault.once("release", failing(Failure.UNAVAILABLE, true));
      vault.once("release", failing(Failure.THROTTLED, true));
      borrow("db").credential().close();
      room.neighbours.directoryFails = true;
      room.end("s1");
      room.sweepOut();
      nothingIsLent();
      assertThat(vault.count("release db")).isEqualTo(1);
    }

    @Test
    void return_ofALeaseThatTheStoreHasForgotten_isDone() {
      vault.has("db", Precedence.ITEM);
      vault.once("release", failing(Failure.NOT_FOUND, true));
      Borrowed borrowed = borrow("db");
      borrowed.credential().close();
      room.end("s1");
      assertThat(room.state(borrowed.lease())).isEqualTo(State.RETURNED);
    }

    @Test
    @Rule("ECM-6")
    void sweep_whenAManagerHangs_settlesTheOthers() {
      room = room(SHORT);
      vault.has("db", Precedence.ITEM);
      plain.has("db", Precedence.ITEM);
      borrow("db").credential().close();
      room.lending.borrow(room.loan(MAYA, "s2", "plain", "db")).credential().close();
      store
          .database()
          .change(
              tx -> {
                room.lending.giveBack(tx, SessionId.of("s1"), Duration.ZERO);
                room.lending.giveBack(tx, SessionId.of("s2"), Duration.ZERO);
                return true;
              });
      vault.always("release", LendingContract.this::hangDeaf);
      room.sweep.sweep();
      assertThat(plain.lent).isEmpty();
      assertThat(vault.lent).hasSize(1);
    }

    @Test
    @Rule("OUT-4")
    void rotation_thatFails_isOwedAndRetriedWithoutASecondRelease() {
      vault.has("db", Precedence.ITEM);
      vault.once("rotate", failing(Failure.UNAVAILABLE, false));
      Borrowed borrowed = room.lending.borrow(room.loan(MAYA, "s1", "able", "db", true));
      borrowed.credential().close();
      room.end("s1");
      assertThat(room.state(borrowed.lease())).isEqualTo(State.RETURNING);
      vault.always(
          "release",
          () -> {
            throw new AssertionError("released twice");
          });
      room.sweepOut();
      assertThat(room.state(borrowed.lease())).isEqualTo(State.ROTATED);
      assertThat(vault.acts).containsExactly("resolve db", "release db", "rotate db");
      assertThat(room.audited("credential.rotated")).isEqualTo(1);
      assertThat(room.audited("credential.returned")).isEqualTo(1);
    }

    @Test
    @Rule("OUT-4")
    void rotation_isMadeByTheLastToGiveBack() {
      vault.has("db", Precedence.ITEM);
      Borrowed first = room.lending.borrow(room.loan(MAYA, "s1", "able", "db", true));
      Borrowed second = room.lending.borrow(room.loan(OTTO, "s2", "able", "db", false));
      first.credential().close();
      second.credential().close();
      room.end("s1");
      assertThat(room.state(first.lease())).isEqualTo(State.RETURNED);
      assertThat(vault.count("rotate db")).isZero();
      room.end("s2");
      assertThat(room.state(second.lease())).isEqualTo(State.ROTATED);
      assertThat(vault.count("rotate db")).isEqualTo(1);
    }

    @Test
    @Rule("OUT-4")
    void rotation_isNotLeftToALoanThatComesToNothing() {
      vault.has("db", Precedence.ITEM);
      Borrowed first = room.lending.borrow(room.loan(MAYA, "s1", "able", "db", true));
      first.credential().close();
      vault.once(
          "resolve",
          () -> {
            room.end("s1");
            failing(Failure.UNAVAILABLE, true).run();
          });
      refused(
          ErrorCode.CREDENTIAL_UNAVAILABLE,
          () -> room.lending.borrow(room.loan(OTTO, "s2", "able", "db", false)));
      room.sweepOut();
      assertThat(room.state(first.lease())).isEqualTo(State.ROTATED);
      assertThat(vault.count("rotate db")).isEqualTo(1);
    }

    @Test
    @Rule("OUT-4")
    void rotation_byAManagerThatCannot_isReturnedAndNoted() {
      plain.has("db", Precedence.ITEM);
      Borrowed borrowed = room.lending.borrow(room.loan(MAYA, "s1", "plain", "db", true));
      borrowed.credential().close();
      room.end("s1");
      assertThat(room.state(borrowed.lease())).isEqualTo(State.RETURNED);
      assertThat(room.audited("credential.rotation-not-possible")).isEqualTo(1);
    }

    @Test
    void rotation_onAnItemThatIsGone_isGivenUpVisibly() {
      vault.has("db", Precedence.ITEM);
      Borrowed borrowed = room.lending.borrow(room.loan(MAYA, "s1", "able", "db", true));
      borrowed.credential().close();
      room.neighbours.items.clear();
      room.end("s1");
      assertThat(room.state(borrowed.lease())).isEqualTo(State.IRREVOCABLE);
      nothingIsLent();
    }

    @Test
    @Rule("OUT-4")
    void checkOut_onTermsThatRotate_isRotatedAfterCheckIn() {
      vault.hasExclusive("root");
      room.neighbours.policy = JumpPolicy.named("p").rotatingAfterUse().build();
      Lease lease =
          room.credentials(MAYA)
              .checkOut(ITEM.id(), new CandidateId("able", "root"), Duration.ofHours(1));
      room.credentials(MAYA).checkIn(lease.id());
      assertThat(room.state(lease.id())).isEqualTo(State.ROTATED);
    }
  }

  @Nested
  class Renewing {
    @Test
    @Rule("ECM-11")
    void lease_thatEndsBeforeItsSession_isRenewedInTime() {
      vault.has("db", Precedence.ITEM);
      vault.terms =
          new LeaseTerms("", Optional.of(store.clock().instant().plusSeconds(3_600)), true);
      vault.once("renew", failing(Failure.UNAVAILABLE, false));
      Borrowed borrowed = borrow("db");
      borrowed.credential().close();
      store.clock().advance(Duration.ofMinutes(39));
      room.sweep.sweep();
      assertThat(room.row(borrowed.lease()).lastFailure()).isEmpty();
      store.clock().advance(Duration.ofMinutes(1));
      room.sweep.sweep();
      assertThat(room.row(borrowed.lease()).lastFailure()).contains("UNAVAILABLE");
      store.clock().advance(Duration.ofMinutes(1));
      room.sweep.sweep();
      assertThat(vault.count("renew db")).isEqualTo(1);
      assertThat(room.row(borrowed.lease()).expiresAt())
          .isEqualTo(room.row(borrowed.lease()).untilAt());
      room.lending.renew(SessionId.of("s1"), store.clock().instant().plusSeconds(36_000));
      assertThat(vault.count("renew db")).isEqualTo(2);
      assertThat(room.row(borrowed.lease()).expiresAt())
          .contains(store.clock().instant().plusSeconds(36_000));
    }

    @Test
    @Rule("RES-1")
    void extension_whileALeaseIsBeingRenewed_isNotForgotten() {
      vault.has("db", Precedence.ITEM);
      vault.terms =
          new LeaseTerms("", Optional.of(store.clock().instant().plusSeconds(3_600)), true);
      Borrowed borrowed = borrow("db");
      borrowed.credential().close();
      store.clock().advance(Duration.ofMinutes(40));
      Instant extended = store.clock().instant().plusSeconds(36_000);
      vault.once("renew", () -> room.lending.renew(SessionId.of("s1"), extended));
      room.sweep.sweep();
      store.clock().advance(Duration.ofHours(1));
      room.sweep.sweep();
      assertThat(room.row(borrowed.lease()).expiresAt()).contains(extended);
    }
  }

  @Nested
  class Crashing {
    /** Every point at which a change of the store may fail, in a whole life with a rotation. */
    @Test
    @Rule({"ECM-9", "ECM-11"})
    void life_cutAtEveryChange_leavesNothingLentAndRepeatsNothing() {
      vault.has("db", Precedence.ITEM).hasExclusive("root");
      boolean died = true;
      for (int changes = 0; died; changes++) {
        assertThat(changes).isLessThan(40);
        for (String key : List.of("db", "root")) {
          vault.acts.clear();
          String session = "s-" + changes + "-" + key;
          DyingDatabase dying = new DyingDatabase(store.database(), changes);
          try (LendingRoom mortal = room(dying, CredentialLimits.standard())) {
            mortal
                .lending
                .borrow(mortal.loan(MAYA, session, "able", key, true))
                .credential()
                .close();
            dying.change(
                tx -> {
                  mortal.lending.giveBack(tx, SessionId.of(session), Duration.ZERO);
                  return true;
                });
            mortal.lending.settle(SessionId.of(session));
          } catch (PosternException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
          }
          died = dying.isDead();
          // Another node ends the session, and sweeps.
          room.end(session);
          room.sweepOut();
          String lend = key.equals("db") ? "resolve db" : "check-out root";
          assertThat(vault.count(lend)).isLessThanOrEqualTo(1);
          assertThat(room.rows())
              .as("after %d changes of %s", changes, key)
              .allMatch(row -> row.dueAt().isEmpty())
              .allMatch(row -> List.of(State.RETURNED, State.ROTATED).contains(row.state()));
          nothingIsLent();
          everySecretIsClosed();
        }
      }
    }

    @Test
    @Rule("ECM-11")
    void loan_thatTheStoreDoesNotTake_isOwedByTheReferenceThatOnlyTheAnswerHad() {
      vault.has("db", Precedence.ITEM);
      LendingRoom unlucky =
          room(DyingDatabase.stumbling(store.database(), 1), CredentialLimits.standard());
      refused(
          ErrorCode.STORE_UNAVAILABLE,
          () -> unlucky.lending.borrow(unlucky.loan(MAYA, "s1", "able", "db")));
      everySecretIsClosed();
      LeaseRow row = room.rows().get(0);
      assertThat(row.reference()).isEqualTo("ref-" + row.id());
      room.sweepOut();
      nothingIsLent();
    }

    @Test
    void refusal_thatTheStoreDoesNotWriteDown_isStillTheRefusal() {
      LendingRoom unlucky =
          room(new DyingDatabase(store.database(), 0), CredentialLimits.standard());
      refused(
          ErrorCode.CREDENTIAL_NOT_A_CANDIDATE,
          () -> unlucky.lending.borrow(unlucky.loan(MAYA, "s1", "able", "none")));
      refused(
          ErrorCode.NOT_PERMITTED,
          () -> unlucky.credentials(MAYA).view(ITEM.id(), new CandidateId("able", "db"), "INC-1"));
    }

    @Test
    @Rule("ECM-11")
    void loan_ofAStoreThatFailsForGood_isGivenBackAtOnce() {
      vault.has("db", Precedence.ITEM);
      LendingRoom unlucky =
          room(new DyingDatabase(store.database(), 1), CredentialLimits.standard());
      refused(
          ErrorCode.STORE_UNAVAILABLE,
          () -> unlucky.lending.borrow(unlucky.loan(MAYA, "s1", "able", "db")));
      Awaiting.until("it is given back", () -> vault.lent.isEmpty());
    }

    @Test
    @Rule("ECM-11")
    void leases_ofADeadProcess_areFoundAfterReopening() {
      vault.has("db", Precedence.ITEM).hasExclusive("root");
      borrow("db").credential().close();
      Lease lease =
          room.credentials(MAYA)
              .checkOut(ITEM.id(), new CandidateId("able", "root"), Duration.ofHours(1));
      store
          .database()
          .change(
              tx -> {
                room.lending.giveBack(tx, SessionId.of("s1"), Duration.ZERO);
                return true;
              });
      store.reopen();
      room = room(CredentialLimits.standard());
      room.sweep.sweep();
      assertThat(vault.count("release db")).isEqualTo(1);
      assertThat(room.state(lease.id())).isEqualTo(State.HELD);
      store.clock().advance(Duration.ofHours(1));
      room.sweep.sweep();
      nothingIsLent();
    }

    @Test
    void sweep_ofTwoNodes_settlesEachLeaseOnce() throws Exception {
      vault.has("db", Precedence.ITEM);
      for (int i = 0; i < 30; i++) {
        room.lending.borrow(room.loan(MAYA, "s1", "able", "db", i % 3 == 0)).credential().close();
      }
      store
          .database()
          .change(
              tx -> {
                room.lending.giveBack(tx, SessionId.of("s1"), Duration.ZERO);
                return true;
              });
      LendingRoom other = room(store.anotherNode(), CredentialLimits.standard());
      ExecutorService threads = Executors.newFixedThreadPool(2);
      try {
        for (Future<Boolean> one :
            threads.invokeAll(List.<Callable<Boolean>>of(room.sweep::sweep, other.sweep::sweep))) {
          one.get();
        }
      } finally {
        threads.shutdownNow();
      }
      room.sweepOut();
      // The calls, not their effects: a second release would have none.
      assertThat(vault.calls.stream().filter("release"::equals)).hasSize(30);
      assertThat(vault.count("release db")).isEqualTo(30);
      assertThat(room.rows()).allMatch(row -> row.settledAt().isPresent());
      assertThat(room.rows()).allMatch(row -> row.state() != State.RETURNING);
      assertThat(vault.count("rotate db")).isEqualTo(room.audited("credential.rotated"));
      assertThat(room.audited("credential.rotated")).isBetween(1L, 10L);
    }
  }

  @Nested
  class Service {
    @Test
    void managers_areAskedForTheirHealth() {
      vault.always("health", failing(Failure.UNAVAILABLE, true));
      refused(ErrorCode.NOT_PERMITTED, () -> room.credentials(MAYA).managers());
      assertThat(room.credentials(ADA).managers())
          .extracting(
              ManagerHealth::manager,
              ManagerHealth::provider,
              ManagerHealth::version,
              ManagerHealth::capabilities,
              ManagerHealth::usable)
          .containsExactly(
              tuple("able", "ledger", "1.2", EnumSet.of(CHECK_OUT, RENEW, ROTATE), false),
              tuple("plain", "ledger", "1.2", Set.of(), true));
    }

    @Test
    void held_isPaged() {
      vault.has("db", Precedence.ITEM);
      for (int i = 0; i < 5; i++) {
        borrow("db").credential().close();
      }
      Credentials mine = room.credentials(MAYA);
      var first = mine.held(PageRequest.first().ofSize(3));
      var second = mine.held(PageRequest.first().ofSize(3).after(first.next().orElseThrow()));
      assertThat(first.rows()).hasSize(3);
      assertThat(second.rows()).hasSize(2).doesNotContainAnyElementsOf(first.rows());
      assertThat(second.next()).isEmpty();
      refused(ErrorCode.QUERY_INVALID, () -> mine.held(PageRequest.first().after("'; drop")));
    }
  }
}
