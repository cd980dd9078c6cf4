package io.postern.core.session;

import static io.postern.core.Scene.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.core.Awaiting;
import io.postern.core.PosternUnderTest;
import io.postern.core.Race;
import io.postern.core.Refused;
import io.postern.core.Scene;
import io.postern.jump.Occupancy;
import io.postern.session.Connection;
import io.postern.session.Session;
import io.postern.session.SessionState;
import io.postern.session.SessionStatus;
import io.postern.testing.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Making a session last longer (rules RES-1, RES-2). */
abstract class ExtendingContract {
  @RegisterExtension final PosternUnderTest test;

  ExtendingContract(PosternUnderTest test) {
    this.test = test;
  }

  private Scene extendable(int times, Occupancy occupancy) {
    return Scene.of(
        test,
        terms -> terms.extendable(times, Duration.ofMinutes(30)),
        item -> item.occupancy(occupancy));
  }

  @Test
  @Rule({"RES-1", "RES-2"})
  void extend_isPossibleAsLongAndAsOftenAsThePolicySays() {
    Scene scene = extendable(2, Occupancy.shared());
    Session session = scene.available("maya");
    Refused.with(ErrorCode.SESSION_NOT_AVAILABLE, () -> session.extend(Duration.ofMinutes(10)));
    try (Connection live = session.connect()) {
      assertThat(
              Refused.with(
                  ErrorCode.EXTENSION_REFUSED, () -> session.extend(Duration.ofMinutes(31))))
          .hasMessageContaining("PT30M at most");
      Instant end = Instant.parse("2026-11-22T11:00:00Z");
      assertThat(session.extend(Duration.ofMinutes(30)))
          .isEqualTo(end.plus(Duration.ofMinutes(30)));
      assertThat(session.extend(Duration.ofMinutes(10)))
          .isEqualTo(end.plus(Duration.ofMinutes(40)));
      assertThat(
              Refused.with(
                  ErrorCode.EXTENSION_REFUSED, () -> session.extend(Duration.ofMinutes(1))))
          .hasMessageContaining("all were used");
      assertThat(live.run("id").output()).isEqualTo("id\n");
    }
    test.clock().advance(Duration.ofHours(2).plusMinutes(39));
    test.sweep();
    assertThat(session.status()).isEqualTo(SessionStatus.ACTIVE);
    test.clock().advance(Duration.ofMinutes(1));
    test.sweep();
    Awaiting.until("it ends", () -> session.status() == SessionStatus.ENDED);
    Refused.with(ErrorCode.SESSION_ENDED, () -> session.extend(Duration.ofMinutes(1)));
  }

  @Test
  @Rule("RES-1")
  void extend_byNothingOrLess_orByWhoIsNotTheOwner_isRefused() {
    Scene scene = extendable(2, Occupancy.shared());
    Session session = scene.available("maya");
    session.connect();
    for (Duration wrong :
        List.of(Duration.ZERO, Duration.ofHours(-1), Duration.ofNanos(5), Duration.ofDays(9_999))) {
      Refused.with(ErrorCode.EXTENSION_REFUSED, () -> session.extend(wrong));
    }
    Session seen = test.as("adam").sessions().find(session.id());
    Refused.with(ErrorCode.NOT_PERMITTED, () -> seen.extend(Duration.ofMinutes(1)));
  }

  @Test
  @Rule({"RES-1", "RES-2"})
  void extend_intoAnotherReservation_isRefusedWithHowMuchIsPossible() {
    Scene scene = extendable(2, Occupancy.exclusive(Duration.ofMinutes(5)));
    Session session = scene.available("maya");
    session.connect();
    Instant next = Instant.parse("2026-11-22T11:25:00Z");
    test.as("kim").sessions().start(ORDERS, ask -> ask.startingAt(next));
    assertThat(
            Refused.with(ErrorCode.EXTENSION_REFUSED, () -> session.extend(Duration.ofMinutes(21))))
        .hasMessageContaining("another reservation begins at " + next)
        .hasMessageContaining("PT20M at most")
        .hasMessageNotContaining("kim");
    session.extend(Duration.ofMinutes(20));
    Refused.with(ErrorCode.EXTENSION_REFUSED, () -> session.extend(Duration.ofMinutes(1)));
  }

  @Test
  @Rule("RES-1")
  void extend_renewsTheLeases() {
    Scene scene = extendable(2, Occupancy.shared());
    test.vault().lendUntil(test.clock().instant().plus(Duration.ofHours(2)));
    Session session = scene.available("maya");
    session.connect();
    Instant until = session.extend(Duration.ofMinutes(30));
    assertThat(test.vault().leaseEnd()).contains(until);
  }

  @Test
  @Rule("RES-1")
  void extend_againstAReservationAtTheSameInstant_neverOverlaps() {
    Scene scene = extendable(2, Occupancy.exclusive(Duration.ZERO));
    try (Race race = new Race()) {
      for (int round = 0; round < Race.rounds() / 6; round++) {
        Session session = scene.available("maya");
        session.connect();
        Instant end = ((SessionState.Active) session.detail().state()).until();
        Session[] other = new Session[1];
        List<Race.Outcome> outcomes =
            race.run(
                List.of(
                    () -> session.extend(Duration.ofMinutes(30)),
                    () ->
                        other[0] =
                            test.as("kim").sessions().start(ORDERS, ask -> ask.startingAt(end))));
        assertThat(outcomes).filteredOn(Race.Outcome::won).hasSize(1);
        test.clock().advance(Duration.ofSeconds(1));
        session.end();
        if (other[0] != null) {
          other[0].end();
        }
        test.clock().advance(Duration.ofSeconds(1));
      }
    }
  }
}
