package io.postern.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.Postern;
import io.postern.session.EndReason;
import io.postern.session.Session;
import io.postern.session.SessionState;
import io.postern.session.SessionStatus;
import io.postern.spi.event.Event;
import io.postern.spi.event.EventListener;
import io.postern.testing.Rule;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a process that died leaves, as the next one on the same file finds it. */
class CrashOnSqliteTest {
  @RegisterExtension final PosternUnderTest test = PosternUnderTest.sqlite();

  @Test
  void sessionsWithLiveConnections_endAsInterrupted_andTheirLeasesAreReturned() throws IOException {
    Scene scene = Scene.open(test);
    Session live = scene.available("maya");
    live.connect();
    Session available = scene.available("kim");
    assertThat(test.vault().out()).hasSize(1);
    Postern next = test.afterCrash();
    Session seen = next.as("maya").sessions().find(live.id());
    Awaiting.until(
        "it is taken up",
        () -> {
          test.sweep(next);
          return seen.status() == SessionStatus.ENDED;
        });
    assertThat(((SessionState.Ended) seen.detail().state()).reason())
        .isEqualTo(EndReason.INTERRUPTED);
    assertThat(test.vault().out()).isEmpty();
    assertThat(next.as("kim").sessions().find(available.id()).status())
        .isEqualTo(SessionStatus.AVAILABLE);
  }

  @Test
  @Rule("ECM-11")
  void aSessionWhoseConnectionsWereBeingClosed_isSettledWithoutWaitingForThem() throws Exception {
    Scene scene = Scene.open(test);
    Session live = scene.available("maya");
    live.connect();
    Barrier closing = new Barrier();
    test.endpoint().onClose(closing);
    Thread ending = new Thread(live::end);
    ending.start();
    closing.awaitArrival();
    try {
      Postern next = test.afterCrash();
      Session seen = next.as("maya").sessions().find(live.id());
      assertThat(seen.status()).isEqualTo(SessionStatus.ENDING);
      Awaiting.until(
          "it is taken up, though the head start is not over",
          () -> {
            test.sweep(next);
            return seen.status() == SessionStatus.ENDED && test.vault().out().isEmpty();
          });
    } finally {
      closing.open();
      ending.join();
    }
  }

  @Test
  @Rule("SES-15")
  void whatAListenerWasTold_beforeItWasKept_isToldAgain_andNothingIsLeftOut() throws IOException {
    List<Event> before = new CopyOnWriteArrayList<>();
    CountDownLatch never = new CountDownLatch(1);
    EventListener dying =
        event -> {
          before.add(event);
          never.await();
        };
    test.open(builder -> builder.eventListener("host", dying));
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    session.connect();
    Awaiting.until("it is told", () -> !before.isEmpty());
    List<Event> after = new CopyOnWriteArrayList<>();
    Postern next = test.afterCrash(builder -> builder.eventListener("host", after::add));
    Session seen = next.as("maya").sessions().find(session.id());
    Awaiting.until(
        "it is told of the end",
        () -> {
          test.sweep(next);
          return seen.status() == SessionStatus.ENDED
              && after.stream().anyMatch(e -> e.entry().action().equals("session.settled"));
        });
    assertThat(after.get(0)).isEqualTo(before.get(0));
    assertThat(after)
        .extracting(Event::position)
        .isEqualTo(LongStream.rangeClosed(1, after.size()).boxed().toList());
    assertThat(after)
        .filteredOn(event -> event.entry().subject().equals("session:" + session.id()))
        .filteredOn(event -> !event.entry().from().equals(event.entry().to()))
        .extracting(event -> event.entry().to())
        .containsExactly("PROVISIONING", "AVAILABLE", "ACTIVE", "ENDING", "ENDED");
  }
}
