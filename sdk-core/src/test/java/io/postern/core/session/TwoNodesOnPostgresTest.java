package io.postern.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.postern.ErrorCode;
import io.postern.Postern;
import io.postern.core.Awaiting;
import io.postern.core.Barrier;
import io.postern.core.CutSource;
import io.postern.core.Logged;
import io.postern.core.PosternUnderTest;
import io.postern.core.Race;
import io.postern.core.Refused;
import io.postern.core.Scene;
import io.postern.core.Threads;
import io.postern.jump.Occupancy;
import io.postern.session.Connection;
import io.postern.session.EndReason;
import io.postern.session.Session;
import io.postern.session.SessionState;
import io.postern.session.SessionStatus;
import io.postern.testing.Rule;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two Posterns on one database, as two processes have it. */
class TwoNodesOnPostgresTest {
  @RegisterExtension final PosternUnderTest test = PosternUnderTest.postgres();

  private static Session ask(Postern node, String person) {
    return node.as(person).sessions().start(Scene.ORDERS, ask -> ask);
  }

  @Test
  @Rule("SCH-5")
  void twoStarts_onTwoNodes_onOneExclusiveItem_oneWins() {
    Scene.of(test, terms -> terms, item -> item.occupancy(Occupancy.exclusive(Duration.ZERO)));
    Postern other = test.another();
    try (Race race = new Race()) {
      for (int round = 0; round < Race.rounds(); round++) {
        List<Session> started = Collections.synchronizedList(new ArrayList<>());
        List<Race.Outcome> outcomes =
            race.run(
                List.of(
                    () -> started.add(ask(test.postern(), "maya")),
                    () -> started.add(ask(other, "kim"))));
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
  @Rule("SCH-4")
  void aScheduledSession_thatBothNodesSeeDue_begins() {
    Scene.open(test);
    Postern other = test.another();
    for (int round = 0; round < 20; round++) {
      Session session =
          other
              .as("maya")
              .sessions()
              .start(
                  Scene.ORDERS,
                  ask -> ask.startingAt(test.clock().instant().plus(Duration.ofHours(1))));
      test.clock().advance(Duration.ofHours(1));
      try (Race race = new Race()) {
        race.run(
            List.of(
                () -> {
                  test.sweep(test.postern());
                  return session;
                },
                () -> {
                  test.sweep(other);
                  return session;
                }));
      }
      session.awaitAvailable(Duration.ofSeconds(60)).end();
    }
  }

  @Test
  @Rule({"SES-12", "TOOL-1"})
  void whatAnAdministratorDoesOnOneNode_holdsOnTheOther() {
    Scene scene = Scene.open(test);
    Postern other = test.another();
    Session session = scene.available("maya");
    Connection live = session.connect();
    Session administered = other.as("adam").sessions().find(session.id());
    administered.freeze("hold on");
    Refused.with(ErrorCode.SESSION_FROZEN, () -> live.run("id"));
    administered.unfreeze();
    Awaiting.until(
        "it goes on",
        () -> {
          test.sweep();
          return administered.status() == SessionStatus.ACTIVE;
        });
    test.sweep();
    assertThat(live.run("id").output()).isEqualTo("id\n");
    administered.end();
    Awaiting.until(
        "it is taken down where it lives",
        () -> {
          test.sweep();
          return session.status() == SessionStatus.ENDED && test.endpoint().connections() == 0;
        });
    assertThat(test.vault().out()).isEmpty();
  }

  @Test
  @Rule({"SES-6", "ECM-11"})
  void end_onOneNode_givesNothingBack_whileTheOtherHasTheConnections() {
    Scene scene = Scene.open(test);
    Postern other = test.another();
    Session session = scene.available("maya");
    session.connect();
    Barrier closing = new Barrier();
    test.endpoint().onClose(closing);
    List<Integer> open = Collections.synchronizedList(new ArrayList<>());
    test.vault().onRelease(() -> open.add(test.endpoint().connections()));
    try {
      other.as("adam").sessions().find(session.id()).end();
      for (int i = 0; i < 100; i++) {
        test.sweep(other);
      }
      assertThat(test.vault().out()).hasSize(1);
    } finally {
      closing.open();
    }
    Awaiting.until(
        "it is taken down where it lives",
        () -> {
          test.sweep(test.postern());
          return session.status() == SessionStatus.ENDED;
        });
    assertThat(test.vault().out()).isEmpty();
    assertThat(open).containsExactly(0);
  }

  @Test
  void sessionsOfANodeThatDied_areEndedByAnother_andTheirLeasesReturned() throws SQLException {
    Scene scene = Scene.open(test);
    CutSource line = test.cuttable();
    Postern dying = test.open(builder -> builder.dataSource(line));
    Session untouched = scene.available("kim");
    Session session = ask(dying, "maya");
    session.awaitAvailable(Duration.ofSeconds(60)).connect();
    assertThat(test.vault().out()).hasSize(1);
    line.cut(true);
    Session seen = test.as("maya").sessions().find(session.id());
    Awaiting.until(
        "it is taken over",
        () -> {
          dieOfOldAge();
          test.sweep(test.postern());
          return seen.status() == SessionStatus.ENDED;
        });
    assertThat(((SessionState.Ended) seen.detail().state()).reason())
        .isEqualTo(EndReason.INTERRUPTED);
    assertThat(test.vault().out()).isEmpty();
    assertThat(untouched.status()).isEqualTo(SessionStatus.AVAILABLE);
    Refused.with(ErrorCode.STORE_UNAVAILABLE, () -> ask(dying, "maya"));
    dying.close();
    assertThat(test.endpoint().connections()).isZero();
  }

  /** Lets those who do not renew themselves look dead, without waiting for real time. */
  private void dieOfOldAge() {
    try (java.sql.Connection past = test.pastPostern();
        Statement statement = past.createStatement()) {
      statement.execute(
          "update node set alive_until = 0 where alive_until < (select max(alive_until) from node)");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aNodeThatWasThoughtDead_closesWhatItHasLost() throws SQLException {
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    session.connect();
    Postern other = test.another();
    Awaiting.until(
        "it is taken over",
        () -> {
          looksDead(session);
          test.sweep(other);
          return session.status() == SessionStatus.ENDED;
        });
    Awaiting.until(
        "its connection is closed",
        () -> {
          test.sweep(test.postern());
          return test.endpoint().connections() == 0;
        });
    scene.available("maya").connect().close();
  }

  /** Lets the node of a session look dead, and it alone: two that bury each other never end. */
  private void looksDead(Session session) {
    try (java.sql.Connection past = test.pastPostern();
        PreparedStatement statement =
            past.prepareStatement(
                "update node set alive_until = 0 where id = (select node from session where id = ?)")) {
      statement.setString(1, session.id().value());
      statement.execute();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What a process says of itself, past its sweeps. */
  private long number(String sql) {
    try (java.sql.Connection past = test.pastPostern();
        Statement statement = past.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getLong(1) : 0;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aProcessWhoseSweepHangs_livesOnInTheEyesOfOthers() throws SQLException {
    test.postern();
    try (java.sql.Connection past = test.pastPostern();
        Statement statement = past.createStatement()) {
      past.setAutoCommit(false);
      statement.execute("lock table session in access exclusive mode");
      Awaiting.until(
          "a sweep hangs",
          () ->
              number(
                      "select count(*) from pg_locks where not granted"
                          + " and relation = 'session'::regclass")
                  > 0);
      for (int times = 0; times < 2; times++) {
        long until = number("select max(alive_until) from node");
        Awaiting.until(
            "it is renewed all the same",
            () -> number("select max(alive_until) from node") > until);
      }
      past.rollback();
    }
  }

  @Test
  void aProcessThatCannotRenew_isQuiet_andDoesSoOnceTheStoreIsBack() {
    CutSource line = test.cuttable();
    try (Logged logged = Logged.by(Renewal.class, Level.DEBUG);
        Postern node = test.open(builder -> builder.dataSource(line))) {
      line.cut(true);
      Awaiting.until("it tried", () -> !logged.events().isEmpty());
      assertThat(logged.events()).allMatch(event -> event.getLevel() == Level.DEBUG);
      // As if the outage had lasted for long, so that it has to join anew.
      number("delete from node returning 1");
      line.cut(false);
      Awaiting.until("it is back", () -> number("select count(*) from node") == 1);
    }
    assertThat(number("select count(*) from node")).isZero();
  }

  @Test
  void aProcessThatCloses_isRenewedUntilItsSessionsHaveEnded() {
    Scene.open(test).available("maya").connect();
    AtomicBoolean renewed = new AtomicBoolean();
    test.vault().onRelease(() -> renewed.set(!Threads.all("postern-renewal").isEmpty()));
    test.postern().close();
    assertThat(test.vault().released()).containsExactly("orders");
    assertThat(renewed).isTrue();
    assertThat(Threads.all("postern-renewal")).isEmpty();
    assertThat(number("select count(*) from node")).isZero();
  }

  @Test
  void aStoreThatIsAwayForAWhile_refusesWithItsCode_andNothingIsLost() {
    Scene scene = Scene.open(test);
    CutSource line = test.cuttable();
    Postern node = test.open(builder -> builder.dataSource(line));
    Session session = ask(node, "maya").awaitAvailable(Duration.ofSeconds(60));
    line.cut(true);
    Refused.with(ErrorCode.STORE_UNAVAILABLE, session::connect);
    Refused.with(ErrorCode.STORE_UNAVAILABLE, session::detail);
    Refused.with(ErrorCode.STORE_UNAVAILABLE, () -> ask(node, "kim"));
    Refused.with(ErrorCode.STORE_UNAVAILABLE, session::end);
    line.cut(false);
    assertThat(session.status()).isEqualTo(SessionStatus.AVAILABLE);
    session.connect().close();
    session.end();
    assertThat(scene.ask("kim").detail().owner().value()).isEqualTo("kim");
  }

  @Test
  void aStoreThatCannotBeReached_keepsPosternFromOpening_andNothingStaysOpen() {
    CutSource line = test.cuttable();
    line.cut(true);
    UnaryOperator<io.postern.core.PosternBuilder> cut = builder -> builder.dataSource(line);
    Refused.with(ErrorCode.STORE_UNAVAILABLE, () -> test.open(cut));
  }

  @Test
  @Rule("SES-6")
  void connect_onAnotherNode_whileOneThatLivesHasConnections_isRefusedBeforeASecretIsFetched() {
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    Connection live = session.connect();
    Session elsewhere = test.another().as("maya").sessions().find(session.id());
    int lent = test.vault().lent();
    assertThat(Refused.with(ErrorCode.SESSION_NOT_AVAILABLE, elsewhere::connect))
        .hasMessageContaining("another process");
    assertThat(test.vault().lent()).isEqualTo(lent);
    live.close();
    try (Connection moved = elsewhere.connect()) {
      Refused.with(ErrorCode.SESSION_NOT_AVAILABLE, session::connect);
      elsewhere.end();
      assertThat(moved.isOpen()).isFalse();
    }
    assertThat(test.endpoint().connections()).isZero();
  }
}
