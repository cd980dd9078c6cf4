package io.postern.core.session;

import static io.postern.core.Scene.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.core.Awaiting;
import io.postern.core.PosternUnderTest;
import io.postern.core.Race;
import io.postern.core.Refused;
import io.postern.core.Scene;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.Occupancy;
import io.postern.session.EndReason;
import io.postern.session.Session;
import io.postern.session.SessionState;
import io.postern.session.SessionStatus;
import io.postern.testing.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Items that bear only so many sessions. */
abstract class ReservingContract {
  @RegisterExtension final PosternUnderTest test;

  ReservingContract(PosternUnderTest test) {
    this.test = test;
  }

  private static EndReason reason(Session session) {
    return ((SessionState.Ended) session.detail().state()).reason();
  }

  private Scene exclusive(Duration cleanup) {
    return Scene.of(test, terms -> terms, item -> item.occupancy(Occupancy.exclusive(cleanup)));
  }

  private Session at(String person, Instant start) {
    return test.as(person)
        .sessions()
        .start(ORDERS, ask -> ask.startingAt(start).lasting(Duration.ofHours(1)));
  }

  private Instant in(Duration time) {
    return test.clock().instant().plus(time);
  }

  @Test
  @Rule("SCH-5")
  void start_onAnExclusiveItemInUse_isRefusedWithTheTime() {
    Scene scene = exclusive(Duration.ZERO);
    scene.available("maya").connect();
    assertThat(Refused.with(ErrorCode.RESERVED, () -> scene.ask("kim")))
        .hasMessageContaining("2026-11-22T11:00:00Z")
        .hasMessageNotContaining("maya");
  }

  @Test
  @Rule("SCH-6")
  void reservations_areHalfOpen_andTheCleanupCountsAsTaken() {
    exclusive(Duration.ofMinutes(10));
    at("maya", in(Duration.ofHours(5)));
    Refused.with(ErrorCode.RESERVED, () -> at("kim", in(Duration.ofHours(6).plusMinutes(9))));
    at("kim", in(Duration.ofHours(6).plusMinutes(10)));
    Refused.with(ErrorCode.RESERVED, () -> at("kim", in(Duration.ofHours(4))));
    at("kim", in(Duration.ofHours(4).minusMinutes(10)));
  }

  @Test
  @Rule("SCH-6")
  void reservations_withoutCleanup_mayMeetInOneInstant() {
    exclusive(Duration.ZERO);
    at("maya", in(Duration.ofHours(5)));
    at("kim", in(Duration.ofHours(6)));
    at("kim", in(Duration.ofHours(4)));
    Refused.with(ErrorCode.RESERVED, () -> at("kim", in(Duration.ofHours(5).plusMinutes(30))));
  }

  @Test
  @Rule("RES-3")
  void release_freesTheItemAfterTheCleanup() {
    Scene scene = exclusive(Duration.ofMinutes(10));
    Session session = scene.available("maya");
    session.connect();
    test.clock().advance(Duration.ofMinutes(5));
    session.release();
    assertThat(reason(session)).isEqualTo(EndReason.RELEASED);
    Refused.with(ErrorCode.RESERVED, () -> scene.ask("kim"));
    test.clock().advance(Duration.ofMinutes(10));
    scene.available("kim");
  }

  @Test
  @Rule("RES-3")
  void release_ofWhatHasNotBegun_freesTheItemAtOnce() {
    exclusive(Duration.ofMinutes(10));
    Session session = at("maya", in(Duration.ofHours(5)));
    session.release();
    at("kim", in(Duration.ofHours(5)));
  }

  @Test
  @Rule("SCH-5")
  void aSessionThatBeginsByItself_takesItsItemForItsTimeOnly() {
    exclusive(Duration.ZERO);
    Session session =
        test.as("maya")
            .sessions()
            .start(ORDERS, ask -> ask.startWhenApproved().lasting(Duration.ofHours(1)));
    Awaiting.until("it begins", () -> session.status() == SessionStatus.ACTIVE);
    at("kim", in(Duration.ofHours(1)));
  }

  @Test
  @Rule("SCH-5")
  void twoStarts_onOneExclusiveItem_oneWins() {
    Scene scene = exclusive(Duration.ZERO);
    try (Race race = new Race()) {
      for (int round = 0; round < Race.rounds(); round++) {
        List<Session> started = Collections.synchronizedList(new ArrayList<>());
        List<Race.Outcome> outcomes =
            race.run(
                List.of(() -> started.add(scene.ask("maya")), () -> started.add(scene.ask("kim"))));
        assertThat(outcomes).filteredOn(Race.Outcome::won).hasSize(1);
        assertThat(outcomes)
            .filteredOn(outcome -> !outcome.won())
            .allSatisfy(outcome -> assertThat(outcome.refusal()).contains(ErrorCode.RESERVED));
        test.clock().advance(Duration.ofSeconds(1));
        started.get(0).end();
        test.clock().advance(Duration.ofSeconds(1));
      }
    }
  }

  @Test
  @Rule("SCH-5")
  void starts_onAnItemSharedByThree_neverPutInMoreNorFewer() {
    Scene scene = Scene.of(test, terms -> terms, item -> item.occupancy(Occupancy.sharedBy(3)));
    try (Race race = new Race()) {
      for (int round = 0; round < Race.rounds() / 6; round++) {
        List<Session> started = Collections.synchronizedList(new ArrayList<>());
        List<Callable<?>> acts = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          acts.add(() -> started.add(scene.ask("maya")));
        }
        List<Race.Outcome> outcomes = race.run(acts);
        assertThat(outcomes).filteredOn(Race.Outcome::won).hasSize(3);
        assertThat(outcomes)
            .filteredOn(outcome -> !outcome.won())
            .allSatisfy(outcome -> assertThat(outcome.refusal()).contains(ErrorCode.RESERVED));
        test.clock().advance(Duration.ofSeconds(1));
        started.forEach(Session::end);
        test.clock().advance(Duration.ofSeconds(1));
      }
    }
  }

  @Test
  @Rule("SCH-5")
  void anApproval_whoseItemWasReservedMeanwhile_endsItsSessionAsRefused() {
    Scene scene =
        Scene.of(
            test,
            terms -> terms.approval(ApprovalTerms.by(Approver.group("approvers"))),
            item -> item.occupancy(Occupancy.exclusive(Duration.ZERO)));
    Session first = scene.ask("maya");
    Session second = scene.ask("kim");
    scene.approve("noor", scene.request(first));
    scene.approve("noor", scene.request(second));
    assertThat(reason(second)).isEqualTo(EndReason.REFUSED);
    first.awaitAvailable(Duration.ofSeconds(60)).end();
    test.clock().advance(Duration.ofSeconds(1));
    assertThat(scene.available("kim").detail().request()).isEqualTo(second.detail().request());
  }
}
