package io.postern.core.credential;

import static io.postern.core.credential.LendingRoom.ADA;
import static io.postern.core.credential.LendingRoom.MAYA;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.core.Awaiting;
import io.postern.core.Barrier;
import io.postern.core.Refused;
import io.postern.core.store.Database;
import io.postern.core.store.StoreUnderTest;
import io.postern.credential.Candidate.Precedence;
import io.postern.credential.CredentialLimits;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import io.postern.spi.alarm.Alarm;
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

/** Rotations that run on when nobody waits for them any more, on one engine. */
@Timeout(120)
abstract class LateRotationsContract {
  private static final CredentialLimits LIMITS =
      CredentialLimits.standard().perCall(Duration.ofSeconds(2)).atOnce(4);

  @RegisterExtension final StoreUnderTest store;
  private final LedgerVault.Able vault = new LedgerVault.Able();
  private final Barrier answers = new Barrier();
  private final List<LendingRoom> rooms = new ArrayList<>();
  private LendingRoom room;
  private LendingRoom other;

  LateRotationsContract(StoreUnderTest store) {
    this.store = store;
  }

  @BeforeEach
  void open() {
    room = room(store.database());
    other = room(store.anotherNode());
    vault.has("db", Precedence.ITEM);
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

  private LeaseId borrow(String session) {
    Lending.Borrowed borrowed = room.lending.borrow(room.loan(MAYA, session, "able", "db", true));
    borrowed.credential().close();
    return borrowed.lease();
  }

  private long rotations() {
    return vault.calls.stream().filter("rotate"::equals).count();
  }

  private void timeGoesOn(Duration altogether) {
    for (Duration gone = Duration.ZERO;
        gone.compareTo(altogether) < 0;
        gone = gone.plus(Duration.ofMillis(200))) {
      store.clock().advance(Duration.ofMillis(200));
      room.sweep.sweep();
      other.sweep.sweep();
    }
  }

  private void awaitEnd() {
    answers.open();
    Awaiting.until(
        "no rotation runs", () -> room.instance(LateRotations.class).rotating().isEmpty());
  }

  @Test
  @Rule({"ECM-9", "OUT-4"})
  void rotation_thatRunsOn_isTheOnlyOne_untilItHasEnded() {
    LeaseId lease = borrow("s1");
    vault.once("rotate", answers::runDeaf);
    room.end("s1");
    assertThat(room.row(lease).lastFailure()).contains("CREDENTIAL_TIMED_OUT");
    timeGoesOn(Duration.ofSeconds(15));
    other.members.sweep();
    assertThat(room.credentials(ADA).retry(lease).state()).isEqualTo(State.RETURNING);
    Refused.with(ErrorCode.ILLEGAL_CHANGE, () -> other.credentials(ADA).settled(lease, "by hand"));
    assertThat(rotations()).isEqualTo(1);
    awaitEnd();
    Awaiting.until("it is due", () -> !room.row(lease).isClaimed(store.clock().instant()));
    other.sweep.sweep();
    assertThat(room.state(lease)).isEqualTo(State.ROTATED);
    assertThat(rotations()).isEqualTo(2);
  }

  @Test
  @Rule({"ECM-9", "OUT-4"})
  void rotationByAnotherLease_waitsForTheOneThatRuns() {
    LeaseId first = borrow("s1");
    vault.once("rotate", answers::runDeaf);
    room.end("s1");
    LeaseId second = borrow("s2");
    room.end("s2");
    timeGoesOn(Duration.ofSeconds(15));
    assertThat(rotations()).isEqualTo(1);
    awaitEnd();
    room.sweepOut();
    assertThat(List.of(room.state(first), room.state(second)))
        .containsOnly(State.ROTATED, State.RETURNED)
        .contains(State.ROTATED);
  }

  @Test
  @Rule({"OUT-4", "ECM-8"})
  void changer_thatHangs_isARefusalOfTheEndpoint_andNotTheManagersSilence() {
    LeaseId lease = borrow("s1");
    room.changing = change -> answers.runDeaf();
    room.end("s1");
    assertThat(room.row(lease).lastFailure()).contains("CREDENTIAL_ROTATION_FAILED", "at orders");
    assertThat(room.row(lease).attempts()).isEqualTo(1);
    assertThat(room.row(lease).silences()).isZero();
    assertThat(room.managers.find("able").orElseThrow().members().anyUsable()).isTrue();
    assertThat(room.credentials(ADA).retry(lease).state()).isEqualTo(State.RETURNING);
    assertThat(rotations()).isEqualTo(1);
    room.changing = change -> {};
    awaitEnd();
    room.sweepOut();
    assertThat(room.state(lease)).isEqualTo(State.ROTATED);
  }

  @Test
  @Rule("ECM-9")
  void rotation_thatNeverEnds_isGivenUpAfterAnHour() throws Exception {
    LeaseId lease = borrow("s1");
    vault.once("rotate", answers::runDeaf);
    room.end("s1");
    store.clock().advance(LateLoans.PATIENCE.plusSeconds(1));
    room.sweep.sweep();
    assertThat(room.state(lease)).isEqualTo(State.IRREVOCABLE);
    Alarm alarm = room.told.poll(30, TimeUnit.SECONDS);
    assertThat(alarm).isNotNull();
    assertThat(alarm.kind()).isEqualTo(Alarm.Kind.ROTATION_GIVEN_UP);
    assertThat(room.credentials(ADA).retry(lease).state()).isEqualTo(State.IRREVOCABLE);
    assertThat(rotations()).isEqualTo(1);
  }
}
