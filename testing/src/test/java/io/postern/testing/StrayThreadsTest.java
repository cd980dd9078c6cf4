package io.postern.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class StrayThreadsTest {
  private final CountDownLatch end = new CountDownLatch(1);

  private Thread start(String name) {
    Thread thread =
        new Thread(
            () -> {
              try {
                end.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Test
  void findsWhatCameAndStays_andNothingElse() {
    start("stray-before");
    StrayThreads strays = StrayThreads.fromNow("stray-server-");
    start("stray-server-1");
    start("stray-one");

    assertThat(strays.names())
        .contains("stray-one")
        .doesNotContain("stray-before", "stray-server-1");

    end.countDown();
    strays.awaitNone();
    assertThat(strays.names()).doesNotContain("stray-one");
  }
}
