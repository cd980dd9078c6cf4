package io.postern.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.Postern;
import io.postern.session.EndReason;
import io.postern.session.Session;
import io.postern.session.SessionState;
import io.postern.session.SessionStatus;
import io.postern.testing.Rule;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
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
    CountDownLatch closing = new CountDownLatch(1);
    CountDownLatch close = new CountDownLatch(1);
    test.endpoint()
        .onClose(
            () -> {
              closing.countDown();
              try {
                close.await();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    Thread ending = new Thread(live::end);
    ending.start();
    closing.await();
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
      close.countDown();
      ending.join();
    }
  }
}
