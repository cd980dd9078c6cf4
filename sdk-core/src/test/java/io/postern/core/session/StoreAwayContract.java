package io.postern.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.PosternException;
import io.postern.audit.AuditQuery;
import io.postern.core.Awaiting;
import io.postern.core.PosternUnderTest;
import io.postern.core.Refused;
import io.postern.core.Scene;
import io.postern.person.Person;
import io.postern.session.Connection;
import io.postern.session.EndReason;
import io.postern.session.Session;
import io.postern.session.SessionState;
import io.postern.session.SessionStatus;
import io.postern.session.Shell;
import io.postern.testing.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What can be done to live sessions while the store takes nothing, and what follows. */
abstract class StoreAwayContract {
  @RegisterExtension final PosternUnderTest test;

  StoreAwayContract(PosternUnderTest test) {
    this.test = test;
  }

  /** Opens a Postern whose store can be taken away. */
  abstract void open() throws Exception;

  /** From now on the store takes nothing, or everything again. */
  abstract void away(boolean away) throws Exception;

  private Session live() throws Exception {
    open();
    return Scene.open(test).available("maya");
  }

  private Session administered(Session session) {
    return test.as("adam").sessions().find(session.id());
  }

  private EndReason reasonWhenEnded(Session session) {
    Awaiting.until(
        "it is ended by its row, too",
        () -> {
          test.sweep();
          return session.status() == SessionStatus.ENDED;
        });
    return ((SessionState.Ended) session.detail().state()).reason();
  }

  @Test
  @Rule({"SES-6", "SES-12"})
  void end_byItsOwner_closesWhatIsOpenHere_andIsWrittenWhenTheStoreIsBack() throws Exception {
    Session session = live();
    Connection live = session.connect();
    Shell shell = live.openShell("work");
    away(true);
    PosternException told = Refused.with(ErrorCode.STORE_UNAVAILABLE, session::end);
    assertThat(told).hasMessageContaining("its connections here are closed");
    assertThat(test.endpoint().connections()).isZero();
    Refused.with(ErrorCode.SESSION_ENDED, () -> shell.type("more\n"));
    test.sweep();
    Refused.with(ErrorCode.STORE_UNAVAILABLE, session::end);
    away(false);
    assertThat(reasonWhenEnded(session)).isEqualTo(EndReason.ENDED_BY_OWNER);
    assertThat(((SessionState.Ended) session.detail().state()).detail())
        .contains("closed at " + test.clock().instant() + " already");
    assertThat(test.vault().out()).isEmpty();
  }

  @Test
  @Rule({"SES-12", "SES-15"})
  void end_byAnAdministrator_closesWhatIsOpenHere_andIsWrittenAsTheirs() throws Exception {
    Session session = live();
    session.connect();
    away(true);
    Refused.with(ErrorCode.STORE_UNAVAILABLE, () -> administered(session).end());
    assertThat(test.endpoint().connections()).isZero();
    away(false);
    assertThat(reasonWhenEnded(session)).isEqualTo(EndReason.ENDED_BY_ADMINISTRATOR);
    assertThat(
            test.as("adam")
                .audit()
                .list(
                    AuditQuery.all().about("session:" + session.id()).action("session.ended"),
                    PageRequest.first())
                .only()
                .actor())
        .isEqualTo("adam");
  }

  /** That there is no such session to them, or that nobody can tell. */
  private static void assertNo(ThrowingCallable act) {
    assertThat(catchThrowableOfType(PosternException.class, act).code())
        .isIn(ErrorCode.SESSION_NOT_FOUND, ErrorCode.STORE_UNAVAILABLE);
  }

  @Test
  @Rule("VIS-2")
  void whoMayNotEndIt_mayNotWhileTheStoreIsAwayEither() throws Exception {
    Session session = live();
    Connection live = session.connect();
    Session seen = administered(session);
    test.people().add(Person.named("adam", "Adam Root"));
    away(true);
    assertNo(seen::end);
    assertNo(seen::release);
    assertNo(() -> seen.freeze(""));
    assertNo(() -> administered(session));
    away(false);
    assertThat(live.run("id").output()).isEqualTo("id\n");
    assertThat(session.status()).isEqualTo(SessionStatus.ACTIVE);
  }

  @Test
  @Rule("SES-12")
  void freeze_holdsHereAtOnce_andIsWrittenWhenTheStoreIsBack() throws Exception {
    Session session = live();
    Shell shell = session.connect().openShell("work");
    away(true);
    assertThat(
            Refused.with(
                ErrorCode.STORE_UNAVAILABLE, () -> administered(session).freeze("hold on")))
        .hasMessageContaining("nothing passes");
    Refused.with(ErrorCode.SESSION_FROZEN, () -> shell.type("more\n"));
    test.sweep();
    Refused.with(ErrorCode.SESSION_FROZEN, () -> shell.type("more\n"));
    away(false);
    Awaiting.until(
        "it is frozen by its row, too",
        () -> {
          test.sweep();
          return session.status() == SessionStatus.FROZEN;
        });
    assertThat(((SessionState.Frozen) session.detail().state()).message()).isEqualTo("hold on");
    administered(session).unfreeze();
    shell.type("more\n");
    assertThat(session.status()).isEqualTo(SessionStatus.ACTIVE);
  }

  @Test
  @Rule({"SES-12", "SES-15"})
  void unfreeze_ofAFreezeThatIsStillToBeWritten_putsBothOnRecord_andItGoesOnForGood()
      throws Exception {
    Session session = live();
    Connection live = session.connect();
    away(true);
    Refused.with(ErrorCode.STORE_UNAVAILABLE, () -> administered(session).freeze("wait"));
    Refused.with(ErrorCode.SESSION_FROZEN, () -> live.run("id"));
    away(false);
    administered(session).unfreeze();
    test.sweep();
    assertThat(live.run("id").output()).isEqualTo("id\n");
    assertThat(session.status()).isEqualTo(SessionStatus.ACTIVE);
    for (String act : List.of("session.frozen", "session.unfrozen")) {
      assertThat(
              test.as("adam")
                  .audit()
                  .list(
                      AuditQuery.all().about("session:" + session.id()).action(act),
                      PageRequest.first())
                  .only()
                  .actor())
          .isEqualTo("adam");
    }
  }

  @Test
  @Rule("SES-12")
  void aFreeze_thatIsWrittenAfterTheLastConnectionClosed_leavesTheSessionToEveryProcess()
      throws Exception {
    Session session = live();
    Connection live = session.connect();
    away(true);
    Refused.with(ErrorCode.STORE_UNAVAILABLE, () -> administered(session).freeze("wait"));
    live.close();
    away(false);
    administered(session).freeze("wait");
    Awaiting.until(
        "it is nobody's",
        () -> {
          test.sweep();
          return test.as("adam")
                  .audit()
                  .list(
                      AuditQuery.all()
                          .about("session:" + session.id())
                          .action("session.disconnected"),
                      PageRequest.first())
                  .rows()
                  .size()
              == 1;
        });
  }

  @Test
  @Rule("SES-15")
  void anEnd_thatIsStillToBeWritten_isWrittenAsWhatItWas_alsoAfterItsTimeWasOver()
      throws Exception {
    Session session = live();
    session.connect();
    away(true);
    Refused.with(ErrorCode.STORE_UNAVAILABLE, () -> administered(session).end());
    test.clock().advance(Duration.ofDays(1));
    for (int i = 0; i < 3; i++) {
      test.sweep();
    }
    away(false);
    assertThat(reasonWhenEnded(session)).isEqualTo(EndReason.ENDED_BY_ADMINISTRATOR);
  }

  @Test
  @Rule("SES-12")
  void freeze_byTheOwner_isRefusedWhileTheStoreIsAway_too() throws Exception {
    Session session = live();
    Shell shell = session.connect().openShell("work");
    away(true);
    assertThat(catchThrowableOfType(PosternException.class, () -> session.freeze("")).code())
        .isIn(ErrorCode.NOT_PERMITTED, ErrorCode.STORE_UNAVAILABLE);
    shell.type("more\n");
  }

  @Test
  @Rule("SES-6")
  void itsTimeIsOver_nothingPassesAnyMore_andItIsClosed_whileTheStoreIsAway() throws Exception {
    Session session = live();
    Shell shell = session.connect().openShell("work");
    Instant until = ((SessionState.Active) session.detail().state()).until();
    away(true);
    test.clock().advance(Duration.between(test.clock().instant(), until).minusMillis(1));
    shell.type("in time\n");
    test.clock().advance(Duration.ofMillis(1));
    Refused.with(ErrorCode.SESSION_ENDED, () -> shell.type("too late\n"));
    Awaiting.until(
        "its connections are closed",
        () -> {
          test.sweep();
          return test.endpoint().connections() == 0;
        });
    away(false);
    test.clock().advance(Duration.ofSeconds(10));
    assertThat(reasonWhenEnded(session)).isEqualTo(EndReason.EXPIRED);
    assertThat(test.vault().out()).isEmpty();
  }

  @Test
  @Rule("RES-1")
  void anExtension_isKnownHere_alsoWhenTheStoreGoesAway() throws Exception {
    open();
    Scene scene = Scene.of(test, terms -> terms.extendable(1, Duration.ofHours(1)), item -> item);
    Session session = scene.available("maya");
    Shell shell = session.connect().openShell("work");
    session.extend(Duration.ofHours(1));
    away(true);
    test.clock().advance(Duration.ofHours(2).plusMinutes(30));
    test.sweep();
    test.sweep();
    shell.type("in time\n");
    assertThat(test.endpoint().connections()).isEqualTo(1);
  }

  @Test
  @Rule("SES-15")
  void anEnd_thatIsStillToBeWrittenWhenTheProcessCloses_isWrittenAsWhatItWas() throws Exception {
    Session session = live();
    session.connect();
    away(true);
    Refused.with(ErrorCode.STORE_UNAVAILABLE, session::end);
    away(false);
    test.restart();
    assertThat(reasonWhenEnded(test.as("maya").sessions().find(session.id())))
        .isEqualTo(EndReason.ENDED_BY_OWNER);
  }
}
