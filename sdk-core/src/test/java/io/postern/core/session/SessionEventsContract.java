package io.postern.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.Postern;
import io.postern.audit.AuditEntry;
import io.postern.audit.AuditQuery;
import io.postern.core.Awaiting;
import io.postern.core.PosternBuilder;
import io.postern.core.PosternUnderTest;
import io.postern.core.Refused;
import io.postern.core.Scene;
import io.postern.session.Connection;
import io.postern.session.Session;
import io.postern.session.SessionStatus;
import io.postern.spi.event.Event;
import io.postern.testing.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a host hears of sessions, on one engine. */
abstract class SessionEventsContract {
  @RegisterExtension final PosternUnderTest test;
  private final List<Event> told = new CopyOnWriteArrayList<>();

  SessionEventsContract(PosternUnderTest test) {
    this.test = test;
  }

  private Postern listening() {
    return test.open(builder -> builder.eventListener("host", told::add));
  }

  /** Everything on the trail, oldest first. */
  private List<AuditEntry> trail() {
    List<AuditEntry> trail = new ArrayList<>();
    test.as("adam")
        .audit()
        .list(AuditQuery.all(), PageRequest.first().ofSize(200))
        .forEach(trail::add);
    trail.sort(Comparator.comparing(AuditEntry::number));
    return trail;
  }

  private void untilTold(String action) {
    Awaiting.until(
        action + " is told",
        () -> told.stream().anyMatch(event -> event.entry().action().equals(action)));
  }

  @Test
  @Rule("SES-15")
  void everyChangeOfASession_isToldOnce_inOrder_withWhoWhatWhenFromToAndWhy() {
    listening();
    Scene scene = Scene.asking(test, terms -> terms);
    List<Instant> at = new ArrayList<>();
    Session session = scene.ask("maya");
    at.add(passing());
    scene.approve("noor", scene.request(session));
    session.awaitAvailable(Duration.ofSeconds(60));
    at.add(passing());
    Connection live = session.connect();
    live.run("id");
    live.close();
    Awaiting.until(
        "its process lets go of it",
        () -> trail().stream().anyMatch(one -> one.action().equals("session.disconnected")));
    at.add(passing());
    Session administered = test.as("adam").sessions().find(session.id());
    administered.freeze("lunch");
    at.add(passing());
    administered.unfreeze();
    at.add(passing());
    session.end();
    at.add(test.clock().instant());
    Awaiting.until("it has ended", () -> session.status() == SessionStatus.ENDED);
    untilTold("session.settled");

    assertThat(told)
        .filteredOn(event -> event.entry().subject().equals("session:" + session.id()))
        .extracting(Event::entry)
        .filteredOn(entry -> !entry.from().equals(entry.to()))
        .extracting(
            AuditEntry::actor,
            AuditEntry::action,
            AuditEntry::from,
            AuditEntry::to,
            AuditEntry::at,
            AuditEntry::why)
        .containsExactly(
            tuple("maya", "session.asked", "", "WAITING_FOR_APPROVAL", at.get(0), "INC-1"),
            tuple(
                "postern:approval",
                "session.approved",
                "WAITING_FOR_APPROVAL",
                "PROVISIONING",
                at.get(1),
                "its request was approved"),
            tuple(
                "postern:provisioning",
                "session.available",
                "PROVISIONING",
                "AVAILABLE",
                at.get(1),
                "nothing is in the way of connecting"),
            tuple(
                "maya",
                "session.connected",
                "AVAILABLE",
                "ACTIVE",
                at.get(2),
                "a connection was opened"),
            tuple("adam", "session.frozen", "ACTIVE", "FROZEN", at.get(3), "lunch"),
            tuple("adam", "session.unfrozen", "FROZEN", "ACTIVE", at.get(4), "it may go on"),
            tuple("maya", "session.ended", "ACTIVE", "ENDING", at.get(5), "ended by owner"),
            tuple(
                "postern:sessions",
                "session.settled",
                "ENDING",
                "ENDED",
                at.get(5),
                "nothing of it is open any more"));
    assertThat(told)
        .as("positions without gaps")
        .extracting(Event::position)
        .isEqualTo(
            LongStream.range(0, told.size()).map(i -> told.get(0).position() + i).boxed().toList());
  }

  /** Now; the next thing happens a minute later. */
  private Instant passing() {
    Instant now = test.clock().instant();
    test.clock().advance(Duration.ofMinutes(1));
    return now;
  }

  @Test
  @Rule("SES-15")
  void actsInASession_refusalsAndLooks_areToldAsTheTrailHasThem_andHoldNoSecret() {
    listening();
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    try (Connection live = session.connect()) {
      live.run("id");
      live.openShell("work").close();
    }
    Refused.with(ErrorCode.NOT_PERMITTED, () -> test.as("maya").audit().verify());
    session.end();
    Awaiting.until("it has ended", () -> session.status() == SessionStatus.ENDED);
    test.as("adam").audit().verify();
    untilTold("audit.verified");
    List<AuditEntry> trail = trail();
    untilTold("audit.read");
    assertThat(told)
        .extracting(Event::entry)
        .filteredOn(entry -> !entry.action().equals("audit.read"))
        .containsExactlyInAnyOrderElementsOf(trail);
    assertThat(trail)
        .extracting(AuditEntry::action)
        .contains("audit.refused", "session.connected", "tool.command", "tool.shell-opened");
    assertThat(told.toString()).contains("orders").doesNotContain("s3cret");
  }

  @Test
  @Rule("SES-15")
  void aListener_afterARestart_goesOnWhereItStopped_andANewOneBeginsNow() {
    Postern first = listening();
    Scene scene = Scene.open(test);
    scene.available("maya").end();
    untilTold("session.ended");
    first.close();
    List<Event> later = new CopyOnWriteArrayList<>();
    Postern second =
        test.open(
            builder -> builder.eventListener("host", told::add).eventListener("new", later::add));
    second.as("kim").sessions().start(Scene.ORDERS, ask -> ask.reason("INC-2"));
    Awaiting.until("both are told", () -> hasAsk(told) && hasAsk(later));
    assertThat(told)
        .extracting(Event::position)
        .isEqualTo(
            LongStream.range(0, told.size()).map(i -> told.get(0).position() + i).boxed().toList());
    assertThat(later).noneMatch(event -> event.entry().actor().equals("maya"));
  }

  private static boolean hasAsk(List<Event> events) {
    return events.stream().anyMatch(event -> event.entry().why().equals("INC-2"));
  }

  @Test
  void listeners_withoutANameOfTheirOwn_areRefused() {
    PosternBuilder builder = PosternBuilder.create().eventListener("host", told::add);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.eventListener("host", told::add))
        .withMessageContaining("two event listeners are named 'host'");
    assertThatIllegalArgumentException().isThrownBy(() -> builder.eventListener("", told::add));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.eventListener("x".repeat(41), told::add));
  }
}
