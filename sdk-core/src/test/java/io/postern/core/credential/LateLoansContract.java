package io.postern.core.credential;

import static io.postern.core.credential.LendingRoom.ADA;
import static io.postern.core.credential.LendingRoom.ITEM;
import static io.postern.core.credential.LendingRoom.MAYA;
import static io.postern.core.credential.LendingRoom.OTTO;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.core.Awaiting;
import io.postern.core.Barrier;
import io.postern.core.Refused;
import io.postern.core.store.Database;
import io.postern.core.store.StoreUnderTest;
import io.postern.credential.Candidate.Precedence;
import io.postern.credential.CandidateId;
import io.postern.credential.CredentialLimits;
import io.postern.credential.Lease;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import io.postern.credential.Secret;
import io.postern.spi.alarm.Alarm;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a manager lends when nobody waits for it any more, on one engine. */
@Timeout(120)
abstract class LateLoansContract {
  private static final CredentialLimits LIMITS =
      CredentialLimits.standard().perCall(Duration.ofSeconds(1)).atOnce(4);
  private static final CandidateId ROOT = new CandidateId("able", "root");

  @RegisterExtension final StoreUnderTest store;
  private final LedgerVault.Able vault = new LedgerVault.Able();
  private final Barrier answers = new Barrier();
  private final List<LendingRoom> rooms = new ArrayList<>();
  private LendingRoom room;
  private LendingRoom other;

  LateLoansContract(StoreUnderTest store) {
    this.store = store;
  }

  @BeforeEach
  void open() {
    room = room(store.database());
    other = room(store.anotherNode());
    vault.has("db", Precedence.ITEM).hasExclusive("root");
  }

  @AfterEach
  void close() {
    answers.open();
    rooms.forEach(LendingRoom::close);
  }

  private LendingRoom room(Database database) {
    LendingRoom made = LendingRoom.on(database, store.clock(), LIMITS, Map.of("able", vault));
    rooms.add(made);
    return made;
  }

  private static Runnable failing(Failure failure) {
    return () -> {
      throw ProviderException.withoutEffect(failure, "fails", "log", null);
    };
  }

  /** A loan whose call nobody waits for any more, and which may yet lend something. */
  private LeaseId abandoned(LendingRoom by, String before, boolean rotate) {
    vault.once(before, answers::runDeaf);
    Refused.with(
        ErrorCode.CREDENTIAL_TIMED_OUT,
        () -> by.lending.borrow(by.loan(MAYA, "s1", "able", "db", rotate)));
    return room.rows().get(0).id();
  }

  /** Its process looks dead, so another one gives back what it was lending. */
  private void settledByAnother(LeaseId lease, State as) {
    other.lending.takeUp(room.process());
    other.sweep.sweep();
    assertThat(room.state(lease)).isEqualTo(as);
  }

  private void answer() {
    answers.open();
    Awaiting.until(
        "what came late is wiped",
        () -> !vault.secrets.isEmpty() && vault.secrets.stream().allMatch(Secret::isClosed));
  }

  private void awaitState(LeaseId lease, State state) {
    Awaiting.until("it is " + state, () -> room.state(lease) == state);
  }

  private long calls(String call) {
    return vault.calls.stream().filter(call::equals).count();
  }

  @Test
  @Rule("ECM-11")
  void answer_afterItsLeaseWasReturned_isOwedAgainUntilItIsGivenBack() {
    LeaseId lease = abandoned(room, "resolve", false);
    settledByAnother(lease, State.RETURNED);
    vault.always("release", failing(Failure.DENIED));
    answer();
    awaitState(lease, State.RETURNING);
    assertThat(vault.lent).hasSize(1);
    assertThat(room.row(lease).reference()).isEqualTo("ref-" + lease);
    assertThat(room.audited("lease.reopened")).isEqualTo(1);
    other.sweep.sweep();
    assertThat(room.credentials(ADA).owed(PageRequest.first()).only().lastFailure())
        .contains("CREDENTIAL_DENIED");
    vault.heals("release");
    other.sweepOut();
    assertThat(room.state(lease)).isEqualTo(State.RETURNED);
    assertThat(vault.lent).isEmpty();
  }

  @Test
  @Rule({"ECM-11", "OUT-4"})
  void answer_afterItsLeaseWasRotated_isGivenBackWithoutASecondRotation() {
    LeaseId lease = abandoned(room, "resolve", true);
    settledByAnother(lease, State.ROTATED);
    answer();
    awaitState(lease, State.RETURNING);
    other.sweep.sweep();
    assertThat(room.state(lease)).isEqualTo(State.RETURNED);
    assertThat(vault.acts).containsExactly("rotate db", "resolve db", "release db");
  }

  @Test
  @Rule({"ECM-11", "OUT-4"})
  void answer_whileARotationIsOwed_isGivenBackBeforeThat() {
    LeaseId lease = abandoned(room, "resolve", true);
    vault.always("rotate", failing(Failure.DENIED));
    settledByAnother(lease, State.RETURNING);
    assertThat(room.row(lease).settledAt()).isPresent();
    answer();
    Awaiting.until("it owes the return again", () -> room.row(lease).settledAt().isEmpty());
    vault.heals("rotate");
    other.sweep.sweep();
    assertThat(room.state(lease)).isEqualTo(State.ROTATED);
    assertThat(vault.acts).containsExactly("resolve db", "release db", "rotate db");
  }

  @Test
  @Rule("ECM-11")
  void answer_afterItsLeaseWasGivenUp_isTriedAgain() {
    LeaseId lease = abandoned(room, "resolve", false);
    vault.always("release", failing(Failure.DENIED));
    settledByAnother(lease, State.RETURNING);
    other.sweepOut();
    assertThat(room.state(lease)).isEqualTo(State.IRREVOCABLE);
    vault.heals("release");
    answer();
    awaitState(lease, State.RETURNING);
    other.sweep.sweep();
    assertThat(room.state(lease)).isEqualTo(State.RETURNED);
    assertThat(vault.lent).isEmpty();
  }

  @Test
  @Rule({"ECM-11", "OUT-3"})
  void checkOut_thatComesAfterItsLeaseWasSettled_isCheckedInBesideTheNextHolder() {
    // It has come to an effect in the store, and only the answer is late.
    vault.once("after", answers::runDeaf);
    Refused.with(
        ErrorCode.CREDENTIAL_TIMED_OUT,
        () -> room.credentials(MAYA).checkOut(ITEM.id(), ROOT, Duration.ofHours(1)));
    LeaseId lease = room.rows().get(0).id();
    settledByAnother(lease, State.RETURNED);
    Lease next = other.credentials(OTTO).checkOut(ITEM.id(), ROOT, Duration.ofHours(1));
    vault.always("check-in", failing(Failure.UNAVAILABLE));
    answer();
    awaitState(lease, State.RETURNING);
    other.sweep.sweep();
    assertThat(room.credentials(MAYA).candidates(ITEM.id(), "").found())
        .filteredOn(found -> found.id().equals(ROOT))
        .singleElement()
        .satisfies(found -> assertThat(found.holder().orElse("nobody")).contains("Otto"));
    vault.heals("check-in");
    store.clock().advance(Duration.ofSeconds(15));
    other.sweep.sweep();
    assertThat(room.state(lease)).isEqualTo(State.RETURNED);
    assertThat(room.state(next.id())).isEqualTo(State.HELD);
    assertThat(vault.checkedOut).containsEntry("root", next.id().value());
  }

  @Test
  @Rule("ECM-11")
  void answer_thatNeitherStoreNorManagerTakes_isOwedAsSoonAsTheStoreDoes() {
    LendingRoom unlucky = room(DyingDatabase.stumbling(store.database(), 2, 2));
    LeaseId lease = abandoned(unlucky, "resolve", false);
    other.lending.takeUp(unlucky.process());
    other.sweep.sweep();
    assertThat(room.state(lease)).isEqualTo(State.RETURNED);
    vault.once("release", failing(Failure.UNAVAILABLE));
    answer();
    Awaiting.until("the manager did not take it either", () -> calls("release") == 2);
    assertThat(vault.lent).hasSize(1);
    Awaiting.until(
        "it is given back",
        () -> {
          unlucky.sweep.sweep();
          other.sweep.sweep();
          return vault.lent.isEmpty() && room.state(lease) == State.RETURNED;
        });
    assertThat(room.audited("lease.reopened")).isPositive();
  }

  @Test
  @Rule({"ECM-9", "ECM-11"})
  void lease_whoseCallStillRuns_isGivenBackByNobody_andAtOnceWhenItHasAnswered() {
    LeaseId lease = abandoned(room, "resolve", false);
    for (int i = 0; i < 20; i++) {
      other.sweep.sweep();
      room.sweep.sweep();
      store.clock().advance(Duration.ofSeconds(2));
    }
    assertThat(calls("release")).isZero();
    assertThat(room.state(lease)).isEqualTo(State.RETURNING);
    answer();
    Awaiting.until(
        "it is given back",
        () -> {
          other.sweep.sweep();
          return room.state(lease) == State.RETURNED;
        });
    assertThat(vault.acts).containsExactly("resolve db", "release db");
    assertThat(room.audited("lease.reopened")).isZero();
  }

  @Test
  @Rule({"ECM-9", "ECM-11"})
  void lease_whoseCallFailsAtLast_isGivenBackAtOnce() {
    vault.once(
        "resolve",
        () -> {
          answers.runDeaf();
          throw new IllegalStateException("cut off");
        });
    Refused.with(
        ErrorCode.CREDENTIAL_TIMED_OUT,
        () -> room.lending.borrow(room.loan(MAYA, "s1", "able", "db")));
    LeaseId lease = room.rows().get(0).id();
    other.sweep.sweep();
    assertThat(room.state(lease)).isEqualTo(State.RETURNING);
    answers.open();
    Awaiting.until(
        "it is given back",
        () -> {
          other.sweep.sweep();
          return room.state(lease) == State.RETURNED;
        });
    assertThat(calls("release")).isEqualTo(1);
  }

  @Test
  @Rule("ECM-11")
  void lease_whoseCallNeverEnds_isGivenUpAfterAnHour_andLocksNothing() throws Exception {
    vault.once("check-out", answers::runDeaf);
    Refused.with(
        ErrorCode.CREDENTIAL_TIMED_OUT,
        () -> room.credentials(MAYA).checkOut(ITEM.id(), ROOT, Duration.ofHours(1)));
    LeaseId lease = room.rows().get(0).id();
    store.clock().advance(LateLoans.PATIENCE.minusSeconds(1));
    room.sweep.sweep();
    assertThat(room.state(lease)).isEqualTo(State.RETURNING);
    store.clock().advance(Duration.ofSeconds(4));
    room.sweep.sweep();
    assertThat(room.state(lease)).isEqualTo(State.IRREVOCABLE);
    Alarm alarm = room.told.poll(30, TimeUnit.SECONDS);
    assertThat(alarm).isNotNull();
    assertThat(alarm.kind()).isEqualTo(Alarm.Kind.LEASE_IRREVOCABLE);
    Lease next = room.credentials(OTTO).checkOut(ITEM.id(), ROOT, Duration.ofHours(1));
    room.credentials(OTTO).checkIn(next.id());
    assertThat(room.state(next.id())).isEqualTo(State.RETURNED);
    answer();
    Awaiting.until(
        "what came after all is given back",
        () -> {
          room.sweep.sweep();
          return room.state(lease) == State.RETURNED;
        });
    assertThat(vault.checkedOut).isEmpty();
  }

  @Test
  @Rule("OUT-4")
  void checkIn_ofWhatIsOver_opensNothing() {
    Lease lease = room.credentials(MAYA).checkOut(ITEM.id(), ROOT, Duration.ofHours(1));
    room.credentials(MAYA).checkIn(lease.id());
    room.credentials(MAYA).checkIn(lease.id());
    assertThat(room.state(lease.id())).isEqualTo(State.RETURNED);
    assertThat(calls("check-in")).isEqualTo(1);
    vault.always("check-in", failing(Failure.DENIED));
    Lease second = room.credentials(MAYA).checkOut(ITEM.id(), ROOT, Duration.ofHours(1));
    room.credentials(MAYA).checkIn(second.id());
    room.sweepOut();
    assertThat(room.state(second.id())).isEqualTo(State.IRREVOCABLE);
    room.credentials(MAYA).checkIn(second.id());
    assertThat(room.state(second.id())).isEqualTo(State.IRREVOCABLE);
  }

  @Test
  @Rule("ECM-11")
  void loan_thatWasWrittenAsHeldAndReachedNobody_isGivenBack() {
    LendingRoom unlucky = room(DyingDatabase.losingAnAnswer(store.database(), 1));
    Refused.with(
        ErrorCode.STORE_UNAVAILABLE,
        () -> unlucky.lending.borrow(unlucky.loan(MAYA, "s1", "able", "db")));
    LeaseId lease = room.rows().get(0).id();
    assertThat(room.state(lease)).isEqualTo(State.RETURNING);
    room.sweep.sweep();
    assertThat(room.state(lease)).isEqualTo(State.RETURNED);
    assertThat(vault.lent).isEmpty();
  }
}
