package io.postern.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.Page;
import io.postern.PageRequest;
import io.postern.audit.AuditEntry;
import io.postern.audit.AuditQuery;
import io.postern.core.Awaiting;
import io.postern.core.Barrier;
import io.postern.core.PosternUnderTest;
import io.postern.core.Race;
import io.postern.core.Refused;
import io.postern.core.Scene;
import io.postern.jump.SessionPolicy;
import io.postern.notice.Notice;
import io.postern.recording.Recording;
import io.postern.session.Connection;
import io.postern.session.EndReason;
import io.postern.session.Session;
import io.postern.session.SessionState;
import io.postern.session.SessionStatus;
import io.postern.session.Shell;
import io.postern.session.Tool;
import io.postern.spi.credential.ProviderException;
import io.postern.testing.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How sessions end, are frozen, and what is let go of. */
abstract class EndingContract {
  @RegisterExtension final PosternUnderTest test;

  EndingContract(PosternUnderTest test) {
    this.test = test;
  }

  private static EndReason reason(Session session) {
    return ((SessionState.Ended) session.detail().state()).reason();
  }

  private long entries(Session session, String action) {
    return test.as("adam")
        .audit()
        .list(AuditQuery.all().about("session:" + session.id()).action(action), PageRequest.first())
        .rows()
        .size();
  }

  @Test
  @Rule("SES-6")
  void end_disconnects_givesBack_seals_andIsHarmlessTwice() {
    Scene scene = recorded();
    Session session = scene.available("maya");
    Connection live = session.connect();
    Shell shell = live.openShell("work");
    shell.type("hello\n");
    session.end();
    session.end();
    assertThat(reason(session)).isEqualTo(EndReason.ENDED_BY_OWNER);
    assertThat(test.endpoint().connections()).isZero();
    assertThat(test.vault().out()).isEmpty();
    assertThat(live.isOpen()).isFalse();
    assertThat(shell.isOpen()).isFalse();
    Refused.with(ErrorCode.SESSION_ENDED, () -> live.run("id"));
    Recording recording = test.as("adam").recordings().of(session.id()).get(0);
    assertThat(test.as("adam").recordings().verify(recording.id()).intact()).isTrue();
    assertThat(entries(session, "session.ended")).isEqualTo(1);
    assertThat(entries(session, "session.settled")).isEqualTo(1);
  }

  private Scene recorded() {
    Scene scene = Scene.open(test);
    scene.catalog().save(SessionPolicy.named("tools").allow(Tool.SHELL, Tool.COMMANDS).recorded());
    return scene;
  }

  @Test
  @Rule("SES-6")
  void endAndEnd_atTheSameInstant_endItOnceAndBothFindItEnded() {
    Scene scene = Scene.open(test);
    try (Race race = new Race()) {
      for (int round = 0; round < Race.rounds(); round++) {
        Session session = scene.available("maya");
        Connection live = session.connect();
        Session seen = test.as("adam").sessions().find(session.id());
        List<SessionStatus> found = Collections.synchronizedList(new ArrayList<>());
        assertThat(
                race.run(
                    List.of(
                        () -> {
                          session.end();
                          return found.add(session.status());
                        },
                        () -> {
                          seen.end();
                          return found.add(seen.status());
                        })))
            .allMatch(Race.Outcome::won);
        assertThat(found).containsOnly(SessionStatus.ENDED);
        assertThat(live.isOpen()).isFalse();
        assertThat(test.vault().out()).isEmpty();
      }
    }
    for (String once : List.of("session.ended", "session.settled")) {
      assertThat(subjects(once)).hasSize(Race.rounds()).doesNotHaveDuplicates();
    }
  }

  /** What all entries of an action are about. */
  private List<String> subjects(String action) {
    List<String> subjects = new ArrayList<>();
    PageRequest page = PageRequest.first().ofSize(1_000);
    while (true) {
      Page<AuditEntry> entries =
          test.as("adam").audit().list(AuditQuery.all().action(action), page);
      entries.forEach(entry -> subjects.add(entry.subject()));
      if (entries.next().isEmpty()) {
        return subjects;
      }
      page = new PageRequest(1_000, entries.next());
    }
  }

  @Test
  @Rule("SES-6")
  void connectAndEnd_atTheSameInstant_leaveNothingOpen() {
    Scene scene = Scene.open(test);
    try (Race race = new Race()) {
      for (int round = 0; round < Race.rounds() / 6; round++) {
        Session session = scene.available("maya");
        race.run(
            List.of(
                session::connect,
                () -> {
                  session.end();
                  return session;
                }));
        Awaiting.until("nothing is open", () -> test.endpoint().connections() == 0);
        Awaiting.until(
            "all is given back",
            () -> {
              test.sweep();
              return test.vault().out().isEmpty();
            });
      }
    }
  }

  @Test
  @Rule("SES-6")
  void end_findsAConnection_thatCameWhileTheLastOneWent() {
    Scene scene = Scene.open(test);
    try (Race race = new Race()) {
      for (int round = 0; round < Race.rounds() / 6; round++) {
        Session session = scene.available("maya");
        Connection first = session.connect();
        assertThat(
                race.run(
                    List.of(
                        session::connect,
                        () -> {
                          first.close();
                          return first;
                        })))
            .allMatch(Race.Outcome::won);
        session.end();
        assertThat(test.endpoint().connections()).isZero();
        assertThat(test.vault().out()).isEmpty();
      }
    }
  }

  @Test
  @Rule("SES-6")
  void end_ofASessionThatIsNotOnes_isForAdministratorsOnly() {
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    Refused.with(
        ErrorCode.SESSION_NOT_FOUND, () -> test.as("kim").sessions().find(session.id()).end());
    test.as("adam").sessions().find(session.id()).end();
    assertThat(reason(session)).isEqualTo(EndReason.ENDED_BY_ADMINISTRATOR);
    assertThat(test.as("maya").inbox().list(PageRequest.first()).rows().get(0).kind())
        .isEqualTo(Notice.Kind.SESSION_ENDED);
  }

  @Test
  @Rule({"SES-6", "ECM-11"})
  void end_givesNothingBack_beforeTheConnectionsAreClosed() throws Exception {
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    session.connect();
    Barrier closing = new Barrier();
    test.endpoint().onClose(closing);
    List<Integer> open = Collections.synchronizedList(new ArrayList<>());
    test.vault().onRelease(() -> open.add(test.endpoint().connections()));
    Thread ending = new Thread(session::end);
    ending.start();
    closing.awaitArrival();
    try {
      for (int i = 0; i < 100; i++) {
        test.sweep();
      }
      assertThat(test.vault().out()).hasSize(1);
    } finally {
      closing.open();
      ending.join();
    }
    assertThat(session.status()).isEqualTo(SessionStatus.ENDED);
    assertThat(test.vault().out()).isEmpty();
    assertThat(open).containsExactly(0);
  }

  @Test
  @Rule("SES-6")
  void end_whenTheManagerTakesNothingBack_endsAndOwesIt() {
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    session.connect();
    test.vault().fail(ProviderException.Failure.UNAVAILABLE);
    session.end();
    assertThat(session.status()).isEqualTo(SessionStatus.ENDED);
    assertThat(test.as("adam").credentials().owed(PageRequest.first())).hasSize(1);
    test.vault().work();
    test.clock().advance(Duration.ofHours(1));
    Awaiting.until(
        "it is given back",
        () -> {
          test.sweep();
          return test.vault().out().isEmpty();
        });
  }

  @Test
  void aSession_endsByItselfWhenItsTimeIsOver_andIsUselessFromThatInstant() {
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    Connection live = session.connect();
    test.clock().advance(Duration.ofHours(2));
    Refused.with(ErrorCode.SESSION_ENDED, session::connect);
    Refused.with(ErrorCode.SESSION_ENDED, () -> live.run("id"));
    test.sweep();
    Awaiting.until("it ends", () -> session.status() == SessionStatus.ENDED);
    assertThat(reason(session)).isEqualTo(EndReason.EXPIRED);
    assertThat(test.endpoint().connections()).isZero();
  }

  @Test
  @Rule("SES-12")
  void freeze_letsNothingPassUntilItIsUnfrozen() {
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    Session administered = test.as("adam").sessions().find(session.id());
    administered.freeze("wait for the call");
    assertThat(((SessionState.Frozen) session.detail().state()).message())
        .isEqualTo("wait for the call");
    administered.freeze("again");
    assertThat(Refused.with(ErrorCode.SESSION_FROZEN, session::connect))
        .hasMessageContaining("wait for the call");
    administered.unfreeze();
    administered.unfreeze();
    assertThat(session.status()).isEqualTo(SessionStatus.AVAILABLE);
    try (Connection live = session.connect();
        Shell shell = live.openShell("work")) {
      administered.freeze("");
      Refused.with(ErrorCode.SESSION_FROZEN, () -> shell.type("x"));
      Refused.with(ErrorCode.SESSION_FROZEN, () -> live.run("id"));
      administered.unfreeze();
      assertThat(session.status()).isEqualTo(SessionStatus.ACTIVE);
      assertThat(live.run("id").output()).isEqualTo("id\n");
      administered.freeze("for good");
    }
    administered.end();
    assertThat(session.status()).isEqualTo(SessionStatus.ENDED);
    Refused.with(ErrorCode.SESSION_ENDED, () -> administered.freeze("late"));
    Refused.with(ErrorCode.SESSION_ENDED, administered::unfreeze);
  }

  @Test
  @Rule("SES-12")
  void freeze_isForAdministratorsAndForSessionsThatCanBeUsed() {
    Scene scene = Scene.asking(test, terms -> terms);
    Session session = scene.ask("maya");
    Refused.with(ErrorCode.NOT_PERMITTED, () -> session.freeze("me"));
    Refused.with(ErrorCode.NOT_PERMITTED, session::unfreeze);
    Session administered = test.as("adam").sessions().find(session.id());
    Refused.with(ErrorCode.ILLEGAL_CHANGE, () -> administered.freeze("too early"));
    Refused.with(ErrorCode.INPUT_INVALID, () -> administered.freeze("x".repeat(501)));
  }

  @Test
  @Rule({"SES-1", "SES-12"})
  void aFrozenSession_whoseConnectionCloses_staysFrozenAndCanBeConnectedAnewOnceItGoesOn() {
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    Session administered = test.as("adam").sessions().find(session.id());
    Connection live = session.connect();
    administered.freeze("wait");
    live.close();
    Awaiting.until(
        "its process lets go of it", () -> entries(session, "session.disconnected") == 1);
    assertThat(session.status()).isEqualTo(SessionStatus.FROZEN);
    Refused.with(ErrorCode.SESSION_FROZEN, session::connect);
    administered.unfreeze();
    assertThat(session.status()).isEqualTo(SessionStatus.ACTIVE);
    try (Connection anew = session.connect()) {
      assertThat(anew.run("id").output()).isEqualTo("id\n");
    }
  }

  @Test
  @Rule("TOOL-1")
  void aPolicyThatIsChanged_holdsForTheNextUseOfALiveConnection() {
    Scene scene = Scene.open(test);
    try (Connection live = scene.available("maya").connect()) {
      live.run("id");
      scene.catalog().save(SessionPolicy.named("tools").allow(Tool.SHELL).deny(Tool.COMMANDS));
      assertThat(Refused.with(ErrorCode.TOOL_NOT_ALLOWED, () -> live.run("id")))
          .hasMessageContaining("commands");
      live.openShell("still").close();
    }
  }

  @Test
  @Rule("REC-2")
  void whatCannotBeRecordedAnyMore_isNotBegunOnALiveConnection() throws Exception {
    Scene scene = recorded();
    Connection live = scene.available("maya").connect();
    Path recordings = test.directory().resolve("recordings");
    Files.deleteIfExists(recordings);
    Files.writeString(recordings, "in the way");
    Refused.with(ErrorCode.RECORDING_FAILED, () -> live.openShell("work"));
    Refused.with(ErrorCode.RECORDING_FAILED, () -> live.run("id"));
    Files.delete(recordings);
  }

  @Test
  @Rule("SES-15")
  void everyChangeOfASession_hasItsEntry() {
    Scene scene = Scene.asking(test, terms -> terms);
    Instant asked = test.clock().instant();
    Session session = scene.ask("maya");
    Instant approved = aMinuteLater();
    scene.approve("noor", scene.request(session));
    session.awaitAvailable(Duration.ofSeconds(60));
    Instant connected = aMinuteLater();
    session.connect();
    Session administered = test.as("adam").sessions().find(session.id());
    Instant frozen = aMinuteLater();
    administered.freeze("x");
    Instant unfrozen = aMinuteLater();
    administered.unfreeze();
    Instant ended = aMinuteLater();
    session.end();
    List<String> changes = new ArrayList<>();
    test.as("adam")
        .audit()
        .list(AuditQuery.all().about("session:" + session.id()), PageRequest.first())
        .forEach(
            entry -> {
              if (!entry.from().equals(entry.to())) {
                changes.add(
                    0,
                    entry.at()
                        + " "
                        + entry.actor()
                        + " "
                        + entry.from()
                        + ">"
                        + entry.to()
                        + " "
                        + entry.why());
              }
            });
    assertThat(changes)
        .containsExactly(
            asked + " maya >WAITING_FOR_APPROVAL INC-1",
            approved
                + " postern:approval WAITING_FOR_APPROVAL>PROVISIONING its request was approved",
            approved
                + " postern:provisioning PROVISIONING>AVAILABLE"
                + " nothing is in the way of connecting",
            connected + " maya AVAILABLE>ACTIVE a connection was opened",
            frozen + " adam ACTIVE>FROZEN x",
            unfrozen + " adam FROZEN>ACTIVE it may go on",
            ended + " maya ACTIVE>ENDING ended by owner",
            ended + " postern:sessions ENDING>ENDED nothing of it is open any more");
    assertThat(test.as("adam").audit().verify().intact()).isTrue();
  }

  private Instant aMinuteLater() {
    test.clock().advance(Duration.ofMinutes(1));
    return test.clock().instant();
  }

  @Test
  void aConnectionThatBreaks_leavesTheSessionGoing() {
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    Connection first = session.connect();
    test.endpoint().drop();
    Refused.with(ErrorCode.ENDPOINT_CLOSED, () -> first.run("id"));
    assertThat(session.status()).isEqualTo(SessionStatus.ACTIVE);
    try (Connection second = session.connect()) {
      assertThat(second.run("id").output()).isEqualTo("id\n");
    }
  }

  @Test
  @Rule("SES-6")
  void sessionsThatEnd_areUselessAtOnce_whileTheVaultIsSlow() throws InterruptedException {
    Scene scene = recorded();
    List<Shell> shells = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      shells.add(scene.available("maya").connect().openShell("work"));
    }
    Barrier slow = new Barrier();
    test.vault().onRelease(slow);
    test.clock().advance(Duration.ofHours(2));
    test.sweep();
    for (Shell shell : shells) {
      Refused.with(ErrorCode.SESSION_ENDED, () -> shell.type("x"));
    }
    slow.open();
    Awaiting.until("all are closed", () -> test.endpoint().connections() == 0);
  }

  @Test
  void aSessionThatCannotBeEndedInTime_isNotUsableLonger() throws SQLException {
    Scene scene = Scene.open(test);
    Session waiting = scene.available("maya");
    Session active = scene.available("maya");
    Connection live = active.connect();
    try (java.sql.Connection past = test.pastPostern();
        Statement statement = past.createStatement()) {
      // As a failed attempt to end them leaves them.
      statement.execute("update session set due_at = due_at + 360000000");
    }
    test.clock().advance(Duration.ofDays(2));
    Refused.with(ErrorCode.SESSION_ENDED, waiting::connect);
    Refused.with(ErrorCode.SESSION_ENDED, active::connect);
    Refused.with(ErrorCode.SESSION_ENDED, () -> live.run("id"));
    Refused.with(ErrorCode.SESSION_ENDED, () -> active.extend(Duration.ofMinutes(1)));
  }

  @Test
  @Rule("SES-6")
  void endAndRelease_ofOnesOwn_workWhileTheDirectoryIsDown() {
    Scene scene = Scene.open(test);
    Session ended = scene.available("maya");
    Session released = scene.available("maya");
    Session administered = test.as("adam").sessions().find(scene.available("kim").id());
    ended.connect();
    test.people().down(true);
    ended.end();
    released.release();
    Refused.with(ErrorCode.DIRECTORY_UNAVAILABLE, administered::end);
    Refused.with(ErrorCode.DIRECTORY_UNAVAILABLE, administered::release);
    test.people().down(false);
    assertThat(reason(ended)).isEqualTo(EndReason.ENDED_BY_OWNER);
    assertThat(reason(released)).isEqualTo(EndReason.RELEASED);
    assertThat(test.endpoint().connections()).isZero();
  }

  @Test
  @Rule("REC-4")
  void aRecordingThatCouldNotBeSealed_isNotTakenForWhole_andSealedLater() throws IOException {
    Scene scene = recorded();
    Session session = scene.available("maya");
    Shell shell = session.connect().openShell("work");
    shell.type("hello\n");
    // The first look for what is not sealed is over; the next comes when the clock has moved.
    test.sweep();
    Path recordings = test.directory().resolve("recordings");
    Path away = test.directory().resolve("away");
    Files.move(recordings, away);
    session.end();
    assertThat(session.status()).isEqualTo(SessionStatus.ENDED);
    Files.move(away, recordings);
    Recording recording = test.as("adam").recordings().of(session.id()).get(0);
    assertThat(recording.sealedAt()).isEmpty();
    assertThat(test.as("adam").recordings().verify(recording.id()).intact()).isFalse();
    assertThat(test.as("adam").recordings().verify(recording.id()).finding())
        .contains("not sealed");
    Awaiting.until(
        "it is sealed",
        () -> {
          test.clock().advance(Duration.ofMinutes(1));
          test.sweep();
          return test.as("adam").recordings().verify(recording.id()).intact();
        });
    assertThat(test.as("adam").recordings().of(session.id()).get(0).sealedAt()).isPresent();
  }
}
