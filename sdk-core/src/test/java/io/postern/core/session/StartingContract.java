package io.postern.core.session;

import static io.postern.core.Scene.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.audit.AuditQuery;
import io.postern.core.Awaiting;
import io.postern.core.Barrier;
import io.postern.core.PosternUnderTest;
import io.postern.core.Race;
import io.postern.core.Refused;
import io.postern.core.Scene;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpItemStatus;
import io.postern.jump.Occupancy;
import io.postern.notice.Notice;
import io.postern.person.Person;
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
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Asking for a session, now or later. */
abstract class StartingContract {
  @RegisterExtension final PosternUnderTest test;

  StartingContract(PosternUnderTest test) {
    this.test = test;
  }

  private static EndReason reason(Session session) {
    return ((SessionState.Ended) session.detail().state()).reason();
  }

  @Test
  @Rule("SES-14")
  void start_repeatedWithItsKey_answersWithTheFirstSession() {
    Scene scene = Scene.open(test);
    Session first =
        test.as("maya").sessions().start(ORDERS, ask -> ask.idempotencyKey("k1").reason("a"));
    Session again =
        test.as("maya").sessions().start(ORDERS, ask -> ask.idempotencyKey("k1").reason("a"));
    assertThat(again.id()).isEqualTo(first.id());
    Refused.with(
        ErrorCode.IDEMPOTENCY_KEY_REUSED,
        () ->
            test.as("maya").sessions().start(ORDERS, ask -> ask.idempotencyKey("k1").reason("b")));
    first.awaitAvailable(Duration.ofSeconds(60)).end();
    assertThat(
            test.as("maya")
                .sessions()
                .start(ORDERS, ask -> ask.idempotencyKey("k1").reason("a"))
                .id())
        .isEqualTo(first.id());
    assertThat(
            test.as("kim")
                .sessions()
                .start(ORDERS, ask -> ask.idempotencyKey("k1").reason("a"))
                .id())
        .isNotEqualTo(first.id());
    assertThat(scene.catalog().item(ORDERS)).isPresent();
  }

  @Test
  @Rule("SES-14")
  void start_withOneKeyFromTwoThreads_makesOneSession() {
    Scene.open(test);
    race("direct");
    Scene.asking(test, terms -> terms);
    race("asking");
    assertThat(test.as("noor").approvals().toDecide(PageRequest.first().ofSize(1_000)))
        .hasSize(Race.rounds() / 6);
  }

  @Test
  @Rule("SES-14")
  void start_ofAnExclusiveItemWithOneKeyFromTwoThreads_isNotRefusedForTheSessionOfTheFirst() {
    Scene.of(
        test, terms -> terms, item -> item.occupancy(Occupancy.exclusive(Duration.ofMinutes(1))));
    race("direct", this::makeRoom);
  }

  /** The only place is free again: the next round begins with that. */
  private void makeRoom(Session session) {
    session.end();
    Awaiting.until("it has ended", () -> session.status() == SessionStatus.ENDED);
    test.clock().advance(Duration.ofMinutes(1));
  }

  private void race(String name) {
    race(name, session -> {});
  }

  private void race(String name, Consumer<Session> afterwards) {
    try (Race race = new Race()) {
      for (int round = 0; round < Race.rounds() / 6; round++) {
        String key = name + round;
        List<Session> started = Collections.synchronizedList(new ArrayList<>());
        assertThat(race.run(List.of(() -> started.add(start(key)), () -> started.add(start(key)))))
            .allMatch(Race.Outcome::won);
        assertThat(started.get(0).id()).isEqualTo(started.get(1).id());
        afterwards.accept(started.get(0));
      }
    }
  }

  private Session start(String key) {
    return test.as("maya").sessions().start(ORDERS, ask -> ask.idempotencyKey(key));
  }

  @Test
  @Rule("CAT-9")
  void start_ofAnItemThatIsOfflineOrDisabled_isRefusedWithThatReason() {
    Scene scene = Scene.open(test);
    scene.catalog().report(ORDERS, JumpItemStatus.OFFLINE);
    Refused.with(ErrorCode.JUMP_ITEM_OFFLINE, () -> scene.ask("maya"));
    scene.catalog().report(ORDERS, JumpItemStatus.ONLINE);
    scene.item(item -> item.disabled(true));
    Refused.with(ErrorCode.JUMP_ITEM_DISABLED, () -> scene.ask("maya"));
  }

  @Test
  @Rule("VIS-2")
  void start_ofAnItemOneMayNotSee_isAnsweredAsForOneThatIsNotThere() {
    Scene.open(test);
    JumpItemId nothing = JumpItemId.of("nothing");
    String hidden =
        Refused.with(
                ErrorCode.JUMP_ITEM_NOT_FOUND,
                () -> test.as("noor").sessions().start(ORDERS, ask -> ask))
            .getMessage();
    String missing =
        Refused.with(
                ErrorCode.JUMP_ITEM_NOT_FOUND,
                () -> test.as("noor").sessions().start(nothing, ask -> ask))
            .getMessage();
    assertThat(hidden.replace("orders", "nothing")).isEqualTo(missing);
  }

  @Test
  @Rule("SES-15")
  void start_thatIsRefused_isWrittenDown() {
    Scene scene = Scene.open(test);
    scene.item(item -> item.disabled(true));
    Refused.with(ErrorCode.JUMP_ITEM_DISABLED, () -> scene.ask("maya"));
    assertThat(
            test.as("adam")
                .audit()
                .list(AuditQuery.all().action("session.refused"), PageRequest.first())
                .only()
                .why())
        .isEqualTo("JUMP_ITEM_DISABLED");
  }

  @Test
  @Rule("SCH-4")
  void aScheduledSession_beginsByItselfWhenItIsDue() {
    Scene.open(test);
    Session session = scheduled();
    assertThat(session.status()).isEqualTo(SessionStatus.SCHEDULED);
    Refused.with(ErrorCode.SESSION_NOT_AVAILABLE, session::connect);
    test.sweep();
    assertThat(session.status()).isEqualTo(SessionStatus.SCHEDULED);
    test.clock().advance(Duration.ofHours(1));
    test.sweep();
    session.awaitAvailable(Duration.ofSeconds(60)).connect().close();
    assertThat(((SessionState.Active) session.detail().state()).until())
        .isEqualTo(session.detail().start().orElseThrow().plus(Duration.ofHours(1)));
  }

  private Session scheduled() {
    Instant start = test.clock().instant().plus(Duration.ofHours(1));
    return test.as("maya")
        .sessions()
        .start(ORDERS, ask -> ask.startingAt(start).lasting(Duration.ofHours(1)));
  }

  /** How it stands after the next second. */
  private SessionStatus later(Session session) {
    test.clock().advance(Duration.ofSeconds(1));
    test.sweep();
    return session.status();
  }

  private void assertRefused(Session session, String code) {
    test.clock().advance(Duration.ofHours(1));
    test.sweep();
    Awaiting.until("it ends", () -> session.status() == SessionStatus.ENDED);
    assertThat(reason(session)).isEqualTo(EndReason.REFUSED);
    assertThat(((SessionState.Ended) session.detail().state()).detail()).contains(code);
    assertThat(test.as("maya").inbox().list(PageRequest.first()).rows().get(0).kind())
        .isEqualTo(Notice.Kind.SESSION_REFUSED);
  }

  @Test
  @Rule("SCH-4")
  void aScheduledSession_isRefusedWhenDue_ifTheRightIsLost() {
    Scene.open(test);
    Session session = scheduled();
    test.people().add(Person.named("maya", "Maya Ito").email("maya@example.org"));
    assertRefused(session, "JUMP_ITEM_NOT_FOUND");
  }

  @Test
  @Rule("SCH-4")
  void aScheduledSession_isRefusedWhenDue_ifTheItemIsDisabled() {
    Scene scene = Scene.open(test);
    Session session = scheduled();
    scene.item(item -> item.disabled(true));
    assertRefused(session, "JUMP_ITEM_DISABLED");
  }

  @Test
  @Rule("SCH-4")
  void aScheduledSession_isRefusedWhenDue_ifThePolicyDemandsAnApprovalByNow() {
    Scene scene = Scene.open(test);
    Session session = scheduled();
    scene.terms(terms -> terms.approval(ApprovalTerms.by(Approver.group("approvers"))));
    assertRefused(session, "demands an approval by now");
  }

  @Test
  @Rule("SCH-4")
  void aScheduledSession_isRefusedWhenDue_ifThePolicyAllowsLessTimeByNow() {
    Scene scene = Scene.open(test);
    Session session = scheduled();
    scene.terms(terms -> terms.duration(Duration.ofMinutes(5), Duration.ofMinutes(30)));
    assertRefused(session, "allows PT30M at most by now");
  }

  @Test
  @Rule("SCH-4")
  void aScheduledSession_isRefusedWhenDue_ifThePersonIsGone() {
    Scene.open(test);
    Session session = scheduled();
    test.people().remove("maya");
    test.clock().advance(Duration.ofHours(1));
    test.sweep();
    Session seen = test.as("adam").sessions().find(session.id());
    Awaiting.until("it ends", () -> seen.status() == SessionStatus.ENDED);
    assertThat(reason(seen)).isEqualTo(EndReason.REFUSED);
    assertThat(((SessionState.Ended) seen.detail().state()).detail()).contains("PERSON_UNKNOWN");
  }

  @Test
  @Rule("SCH-4")
  void aScheduledSession_isTriedAgain_whileTheDirectoryIsDown() {
    Scene.open(test);
    Session session = scheduled();
    test.people().down(true);
    test.clock().advance(Duration.ofHours(1));
    test.sweep();
    Awaiting.until("it was asked", () -> test.people().refusals() > 0);
    test.people().down(false);
    assertThat(session.status()).isEqualTo(SessionStatus.SCHEDULED);
    Awaiting.until("it is tried again", () -> later(session) != SessionStatus.SCHEDULED);
    session.awaitAvailable(Duration.ofSeconds(60));
  }

  @Test
  @Rule("SCH-4")
  void aScheduledSession_endsWhenTheDirectoryStaysDownAllItsTime() {
    Scene.open(test);
    Session session = scheduled();
    test.people().down(true);
    test.clock().advance(Duration.ofHours(1));
    test.sweep();
    Awaiting.until("it was asked", () -> test.people().refusals() > 0);
    int asked = test.people().refusals();
    test.clock().advance(Duration.ofHours(1));
    Awaiting.until(
        "it was asked again",
        () -> {
          test.clock().advance(Duration.ofSeconds(1));
          test.sweep();
          return test.people().refusals() > asked;
        });
    test.people().down(false);
    Awaiting.until("it ends", () -> session.status() == SessionStatus.ENDED);
    assertThat(reason(session)).isEqualTo(EndReason.REFUSED);
  }

  @Test
  @Rule({"SCH-4", "REQ-10"})
  void aScheduledSession_endsAsRevokedWithItsApproval() {
    Scene scene = Scene.asking(test, terms -> terms);
    Session session = scheduled();
    scene.approve("noor", scene.request(session));
    assertThat(session.status()).isEqualTo(SessionStatus.SCHEDULED);
    test.as("maya").approvals().cancel(scene.request(session), "");
    assertThat(reason(session)).isEqualTo(EndReason.REVOKED);
  }

  @Test
  void aSession_thatCannotBeMadeReady_fails_withWhatIsMissing() {
    Scene scene = Scene.open(test);
    test.endpoint().lacks("the agent is not installed");
    Session session = scene.ask("maya");
    assertThat(
            Refused.with(
                ErrorCode.SESSION_ENDED, () -> session.awaitAvailable(Duration.ofSeconds(60))))
        .hasMessageContaining("the agent is not installed");
    Awaiting.until("it ends", () -> session.status() == SessionStatus.ENDED);
    assertThat(reason(session)).isEqualTo(EndReason.FAILED);
  }

  @Test
  void aSession_whoseConnectorBreaks_fails_withNothingOfWhatTheConnectorSaid() {
    Scene scene = Scene.open(test);
    test.endpoint().breaksWith(new IllegalStateException("token=t0p of host 10.0.0.9"));
    Session session = scene.ask("maya");
    Awaiting.until("it ends", () -> session.status() == SessionStatus.ENDED);
    SessionState.Ended ended = (SessionState.Ended) session.detail().state();
    assertThat(ended.reason()).isEqualTo(EndReason.FAILED);
    assertThat(ended.detail())
        .contains("PLUGIN_FAILED", "connector 'loop'", "IllegalStateException", "tell its vendor")
        .doesNotContain("t0p");
    assertThat(session.report().toString()).doesNotContain("t0p");
    assertThat(test.as("maya").inbox().list(PageRequest.first()).toString())
        .contains("IllegalStateException")
        .doesNotContain("t0p");
  }

  @Test
  void aSession_thatNobodyConnects_expires() {
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    test.clock().advance(Duration.ofMinutes(30));
    Refused.with(ErrorCode.SESSION_ENDED, session::connect);
    test.sweep();
    Awaiting.until("it ends", () -> session.status() == SessionStatus.ENDED);
    assertThat(reason(session)).isEqualTo(EndReason.EXPIRED);
  }

  @Test
  void awaitAvailable_thatTakesTooLong_saysWhereItStands() {
    Scene scene = Scene.asking(test, terms -> terms);
    assertThat(
            Refused.with(
                ErrorCode.NOT_AVAILABLE_IN_TIME,
                () -> scene.ask("maya").awaitAvailable(Duration.ofMillis(10))))
        .hasMessageContaining("waiting for approval");
  }

  @Test
  void awaitAvailable_forLongerThanAClockCounts_isWokenByTheApproval() {
    Scene scene = Scene.asking(test, terms -> terms);
    Session session = scene.ask("maya");
    scene.approve("noor", scene.request(session));
    session.awaitAvailable(Duration.ofSeconds(Long.MAX_VALUE));
  }

  @Test
  @Rule("SCH-4")
  void aSession_whoseDirectoryGoesDownWhileItIsMadeReady_isMadeReadyLater() {
    Scene scene = Scene.open(test);
    test.people().downAfter(1);
    Session session = scene.ask("maya");
    test.people().down(false);
    // Whether it was asked before or after that: it becomes available, if only by the sweep.
    Awaiting.until(
        "it is available",
        () -> {
          test.clock().advance(Duration.ofSeconds(1));
          test.sweep();
          return session.status() == SessionStatus.AVAILABLE;
        });
  }

  @Test
  void aSession_thatCannotBeMadeReadyInItsTime_expires() {
    Scene scene = Scene.open(test);
    test.people().downAfter(1);
    Session session = scene.ask("maya");
    test.clock().advance(Duration.ofMinutes(30));
    test.sweep();
    test.people().down(false);
    Awaiting.until(
        "it ends",
        () -> {
          test.sweep();
          return session.status() == SessionStatus.ENDED;
        });
    assertThat(reason(session)).isEqualTo(EndReason.EXPIRED);
  }

  @Test
  void awaitAvailable_asksTheDirectoryOnce_howeverLongItLasts() {
    Scene.open(test);
    Session session = scheduled();
    test.people().downAfter(1);
    Refused.with(
        ErrorCode.NOT_AVAILABLE_IN_TIME, () -> session.awaitAvailable(Duration.ofMillis(300)));
    assertThat(test.people().refusals()).isZero();
    test.people().down(false);
  }

  @Test
  @Timeout(60)
  @Rule("SCH-4")
  void aDirectoryThatHangs_whileAScheduledSessionBegins_stopsNoOtherFromEndingInTime() {
    Scene scene = Scene.open(test);
    Session other = scene.available("kim");
    other.connect();
    Session session = scheduled();
    Barrier answers = new Barrier();
    test.people().holdBack("maya", answers);
    test.clock().advance(Duration.ofHours(2));
    test.sweep();
    Awaiting.until("the other ends", () -> other.status() == SessionStatus.ENDED);
    answers.open();
    Awaiting.until("it is judged", () -> later(session) == SessionStatus.ENDED);
  }
}
