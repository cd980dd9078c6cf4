package io.postern.core.credential;

import static io.postern.core.credential.LendingRoom.ADA;
import static io.postern.core.credential.LendingRoom.ITEM;
import static io.postern.core.credential.LendingRoom.MAYA;
import static io.postern.core.credential.LendingRoom.OTTO;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.core.Awaiting;
import io.postern.core.Refused;
import io.postern.core.store.StoreUnderTest;
import io.postern.credential.Candidate.Precedence;
import io.postern.credential.CandidateId;
import io.postern.credential.CredentialLimits;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import io.postern.jump.JumpPolicy;
import io.postern.spi.alarm.Alarm;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is owed to a manager that does not answer, on one engine. */
@Timeout(120)
abstract class SilenceContract {
  @RegisterExtension final StoreUnderTest store;
  private final LedgerVault.Able vault = new LedgerVault.Able();
  private final List<LendingRoom> rooms = new ArrayList<>();
  private LendingRoom room;

  SilenceContract(StoreUnderTest store) {
    this.store = store;
  }

  @BeforeEach
  void open() {
    room = room(Map.of("able", vault));
    vault.has("db", Precedence.ITEM);
  }

  @AfterEach
  void close() {
    rooms.forEach(LendingRoom::close);
  }

  private LendingRoom room(Map<String, LedgerVault> vaults) {
    LendingRoom made =
        LendingRoom.on(store.database(), store.clock(), CredentialLimits.standard(), vaults);
    rooms.add(made);
    return made;
  }

  private static Runnable failing(Failure failure) {
    return () -> {
      throw ProviderException.withoutEffect(failure, "fails", "log", null);
    };
  }

  private LeaseId borrow(String session, boolean rotate) {
    Lending.Borrowed borrowed = room.lending.borrow(room.loan(MAYA, session, "able", "db", rotate));
    borrowed.credential().close();
    return borrowed.lease();
  }

  private Instant due(LeaseId lease) {
    return room.row(lease).dueAt().orElseThrow();
  }

  /** Tries again whenever that is due, so often. */
  private void tried(LeaseId lease, int times, LendingRoom by) {
    for (int i = 0; i < times; i++) {
      Instant now = store.clock().instant();
      assertThat(due(lease)).isBeforeOrEqualTo(now.plus(Duration.ofHours(1)));
      if (due(lease).isAfter(now)) {
        store.clock().advance(Duration.between(now, due(lease)));
      }
      by.sweep.sweep();
      assertThat(room.state(lease)).isEqualTo(State.RETURNING);
    }
  }

  private Alarm told(LendingRoom by) throws InterruptedException {
    Alarm alarm = by.told.poll(30, TimeUnit.SECONDS);
    assertThat(alarm).isNotNull();
    return alarm;
  }

  @Test
  @Rule("ECM-11")
  void return_toAManagerThatIsSilentForDays_isTriedAtMostAnHourApart_andCallsOnce()
      throws Exception {
    for (Failure silence : List.of(Failure.UNAVAILABLE, Failure.TIMED_OUT, Failure.THROTTLED)) {
      String session = "s-" + silence;
      LeaseId lease = borrow(session, false);
      vault.always("release", failing(silence));
      room.end(session);
      tried(lease, 4, room);
      assertThat(room.told).isEmpty();
      tried(lease, 60, room);
      Alarm alarm = told(room);
      assertThat(alarm.kind()).isEqualTo(Alarm.Kind.LEASE_OVERDUE);
      assertThat(alarm.lease()).contains(lease);
      assertThat(alarm.text()).contains(silence.code().name(), "goes on being tried");
      assertThat(room.told).isEmpty();
      assertThat(room.credentials(ADA).owed(PageRequest.first()).only().lastFailure())
          .contains(silence.code().name());
      vault.heals("release");
      store.clock().advance(Duration.ofHours(1));
      room.sweep.sweep();
      assertThat(room.state(lease)).isEqualTo(State.RETURNED);
      assertThat(room.credentials(ADA).owed(PageRequest.first())).isEmpty();
    }
    assertThat(room.audited("lease.overdue")).isEqualTo(3);
    assertThat(room.audited("lease.irrevocable")).isZero();
    assertThat(vault.lent).isEmpty();
  }

  @Test
  @Rule("OUT-4")
  void rotation_byAManagerThatIsSilentForDays_isOwedUntilItIsMade() throws Exception {
    LeaseId lease = borrow("s1", true);
    vault.always("rotate", failing(Failure.UNAVAILABLE));
    room.end("s1");
    tried(lease, 40, room);
    assertThat(told(room).text()).contains("could not be rotated yet");
    vault.heals("rotate");
    store.clock().advance(Duration.ofHours(1));
    room.sweep.sweep();
    assertThat(room.state(lease)).isEqualTo(State.ROTATED);
    assertThat(vault.acts).containsExactly("resolve db", "release db", "rotate db");
  }

  @Test
  @Rule({"OUT-4", "INJ-6", "ECM-8"})
  void rotation_thatFailsAtTheEndpoint_isTriedSixTimesEverLater_andIsNotTheManagersLoss()
      throws Exception {
    LeaseId lease = borrow("s1", true);
    vault.always("rotate", failing(Failure.ROTATION_FAILED));
    room.end("s1");
    for (int times = 1; times < Backoff.MOST_TRIES; times++) {
      // The manager answers its probes all the while, and that makes nothing due.
      room.members.sweep();
      assertThat(due(lease))
          .isBetween(
              store.clock().instant().plusSeconds(7L << (2 * (times - 1))),
              store.clock().instant().plus(Duration.ofHours(1)));
      assertThat(room.row(lease).silences()).isZero();
      store.clock().advance(Duration.between(store.clock().instant(), due(lease)));
      room.sweep.sweep();
      room.members.sweep();
    }
    assertThat(room.state(lease)).isEqualTo(State.IRREVOCABLE);
    Alarm alarm = told(room);
    assertThat(alarm.kind()).isEqualTo(Alarm.Kind.ROTATION_GIVEN_UP);
    assertThat(alarm.text()).contains("CREDENTIAL_ROTATION_FAILED");
    assertThat(room.told).isEmpty();
    assertThat(room.audited("credential-manager.member-lost")).isZero();
    assertThat(vault.calls.stream().filter("rotate"::equals)).hasSize(Backoff.MOST_TRIES);
  }

  @Test
  @Rule("ECM-11")
  void refusals_andOnlyThey_areCountedUntilItIsGivenUp() {
    LeaseId lease = borrow("s1", false);
    vault.always("release", failing(Failure.UNAVAILABLE));
    room.end("s1");
    tried(lease, 10, room);
    vault.always("release", failing(Failure.DENIED));
    tried(lease, 3, room);
    vault.always("release", failing(Failure.TIMED_OUT));
    tried(lease, 10, room);
    vault.always("release", failing(Failure.DENIED));
    tried(lease, 2, room);
    store.clock().advance(Duration.ofHours(1));
    room.sweep.sweep();
    assertThat(room.state(lease)).isEqualTo(State.IRREVOCABLE);
    assertThat(room.audited("lease.irrevocable")).isEqualTo(1);
  }

  @Test
  @Rule("ECM-11")
  void manager_thatAnswersAgain_isGivenBackEverythingAtOnce() {
    List<LeaseId> leases = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      leases.add(borrow("s1", i % 2 == 0));
    }
    vault.always("release", failing(Failure.UNAVAILABLE));
    room.end("s1");
    for (int i = 0; i < 200; i++) {
      store.clock().advance(Duration.ofMinutes(2));
      room.sweep.sweep();
    }
    vault.heals("release");
    LeaseId first = leases.stream().min(Comparator.comparing(this::due)).orElseThrow();
    Instant now = store.clock().instant();
    if (due(first).isAfter(now)) {
      store.clock().advance(Duration.between(now, due(first)));
    }
    Instant then = store.clock().instant();
    assertThat(leases).anyMatch(lease -> due(lease).isAfter(then.plusSeconds(60)));
    room.sweep.sweep();
    room.sweep.sweep();
    assertThat(room.rows()).allMatch(row -> row.settledAt().isPresent());
    assertThat(vault.lent).isEmpty();
  }

  /** Two leases: one that was tried for long, and one that was tried once. */
  private List<LeaseId> silentForLongAndForShort() {
    LeaseId first = borrow("s1", false);
    LeaseId second = borrow("s2", false);
    vault.always("release", failing(Failure.UNAVAILABLE));
    room.end("s1");
    tried(first, 20, room);
    room.end("s2");
    vault.heals("release");
    store.clock().advance(Duration.between(store.clock().instant(), due(second)));
    assertThat(due(first)).isAfter(store.clock().instant());
    return List.of(first, second);
  }

  @Test
  @Rule("ECM-11")
  void refusal_byAManagerThatWasSilent_isAnAnswerToo() {
    List<LeaseId> leases = silentForLongAndForShort();
    vault.once("release", failing(Failure.DENIED));
    room.sweep.sweep();
    room.sweep.sweep();
    assertThat(room.state(leases.get(0))).isEqualTo(State.RETURNED);
    assertThat(room.row(leases.get(1)).lastFailure()).contains("CREDENTIAL_DENIED");
  }

  @Test
  @Rule("ECM-11")
  void retry_thatAManagerAnswers_hasTheOthersTriedToo() {
    List<LeaseId> leases = silentForLongAndForShort();
    assertThat(room.credentials(ADA).retry(leases.get(1)).state()).isEqualTo(State.RETURNED);
    room.sweep.sweep();
    assertThat(room.state(leases.get(0))).isEqualTo(State.RETURNED);
  }

  @Test
  @Rule({"ECM-8", "ECM-11"})
  void manager_whoseMemberAnswersItsProbeAgain_isGivenBackWhatWaits() {
    room.members.sweep();
    LeaseId lease = borrow("s1", false);
    for (String call : List.of("release", "health")) {
      vault.always(call, failing(Failure.UNAVAILABLE));
    }
    room.end("s1");
    tried(lease, 10, room);
    room.members.sweep();
    Instant due = due(lease);
    vault.heals("release");
    vault.heals("health");
    Awaiting.until(
        "it is given back, though its time has not come",
        () -> {
          if (store.clock().instant().plusSeconds(10).isBefore(due)) {
            store.clock().advance(Duration.ofSeconds(5));
          }
          room.members.sweep();
          room.sweep.sweep();
          return room.state(lease) == State.RETURNED;
        });
  }

  @Test
  @Rule("ECM-11")
  void manager_thatIsNotConfigured_isWaitedFor_andGivenBackToOnceItIs() throws Exception {
    LeaseId lease = borrow("s1", false);
    LendingRoom without = room(Map.of("other", new LedgerVault()));
    without.end("s1");
    tried(lease, 20, without);
    assertThat(told(without).text()).contains("no credential manager 'able' is configured");
    assertThat(without.told).isEmpty();
    assertThat(due(lease)).isAfter(store.clock().instant());
    LendingRoom again = room(Map.of("able", vault));
    again.members.sweep();
    again.sweep.sweep();
    assertThat(room.state(lease)).isEqualTo(State.RETURNED);
    assertThat(vault.lent).isEmpty();
  }

  @Test
  @Rule("ECM-11")
  void settled_ofALeaseWhoseManagerIsSilent_isForWhoDidItByHand() {
    LeaseId lease = borrow("s1", false);
    vault.always("release", failing(Failure.DENIED));
    room.end("s1");
    Refused.with(ErrorCode.ILLEGAL_CHANGE, () -> room.credentials(ADA).settled(lease, "too early"));
    vault.always("release", failing(Failure.UNAVAILABLE));
    tried(lease, 2, room);
    room.credentials(ADA).settled(lease, "the manager was taken out of service");
    assertThat(room.state(lease)).isEqualTo(State.RETURNED);
    room.sweepOut();
    assertThat(room.state(lease)).isEqualTo(State.RETURNED);
    assertThat(room.credentials(ADA).owed(PageRequest.first())).isEmpty();
  }

  /** Refused until it is given up. */
  private void givenUp(LeaseId lease) {
    for (int i = 0; i < Backoff.MOST_TRIES; i++) {
      room.sweep.sweep();
      store.clock().advance(Duration.ofHours(1));
    }
    assertThat(room.state(lease)).isEqualTo(State.IRREVOCABLE);
  }

  @Test
  @Rule("OUT-4")
  void settled_ofALeaseThatOwesARotationAsWell_hasItRotated() throws Exception {
    LeaseId lease = borrow("s1", true);
    vault.always("release", failing(Failure.DENIED));
    room.end("s1");
    givenUp(lease);
    assertThat(told(room).text()).contains("could not be given back", "is to be rotated as well");
    vault.lent.clear(); // by hand
    room.credentials(ADA).settled(lease, "revoked in the store's own console");
    assertThat(room.state(lease)).isEqualTo(State.RETURNING);
    room.sweep.sweep();
    assertThat(room.state(lease)).isEqualTo(State.ROTATED);
    assertThat(vault.count("rotate db")).isEqualTo(1);
    assertThat(room.audited("lease.settled-by-hand")).isEqualTo(1);
  }

  @Test
  @Rule("OUT-4")
  void settled_ofALeaseThatOthersLeftARotationTo_hasItRotated() {
    LeaseId first = borrow("s1", true);
    LeaseId second = borrow("s2", false);
    room.end("s1");
    assertThat(room.state(first)).isEqualTo(State.RETURNED);
    vault.always("release", failing(Failure.UNAVAILABLE));
    room.end("s2");
    vault.lent.clear(); // by hand
    room.credentials(ADA).settled(second, "revoked in the store's own console");
    room.sweep.sweep();
    assertThat(room.state(second)).isEqualTo(State.ROTATED);
  }

  @Test
  @Rule("OUT-4")
  void settled_ofARotationThatWasGivenUp_isForWhoRotatedByHand() throws Exception {
    LeaseId lease = borrow("s1", true);
    vault.always("rotate", failing(Failure.DENIED));
    room.end("s1");
    givenUp(lease);
    assertThat(told(room).text()).doesNotContain("as well");
    room.credentials(ADA).settled(lease, "rotated in the store's own console");
    room.sweepOut();
    assertThat(room.state(lease)).isEqualTo(State.RETURNED);
    assertThat(vault.count("rotate db")).isZero();
  }

  @Test
  @Rule({"OUT-1", "OUT-4"})
  void settled_ofACheckOutWhoseAccountIsOutAgain_leavesTheRotationToTheNextHolder() {
    vault.hasExclusive("root");
    room.neighbours.policy = JumpPolicy.named("p").rotatingAfterUse().build();
    CandidateId root = new CandidateId("able", "root");
    LeaseId maya = room.credentials(MAYA).checkOut(ITEM.id(), root, Duration.ofMinutes(5)).id();
    vault.always("check-in", failing(Failure.DENIED));
    room.credentials(MAYA).checkIn(maya);
    givenUp(maya);
    vault.heals("check-in");
    vault.lent.clear(); // by hand
    vault.checkedOut.clear();
    LeaseId otto = room.credentials(OTTO).checkOut(ITEM.id(), root, Duration.ofMinutes(5)).id();
    room.credentials(ADA).settled(maya, "checked in by hand");
    room.sweep.sweep();
    assertThat(room.state(maya)).isEqualTo(State.RETURNED);
    assertThat(room.state(otto)).isEqualTo(State.HELD);
    room.credentials(OTTO).checkIn(otto);
    assertThat(room.state(otto)).isEqualTo(State.ROTATED);
  }
}
