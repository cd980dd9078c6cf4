package io.postern.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.core.Awaiting;
import io.postern.core.Threads;
import io.postern.core.store.StoreUnderTest;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who thinks whom dead, where several processes share a database. */
class NodesOnPostgresTest {
  @RegisterExtension final StoreUnderTest store = StoreUnderTest.postgres();

  private final AtomicLong seconds = new AtomicLong();

  private Nodes node(String name) {
    return new Nodes(
        store.database(), store.clock(), name, () -> TimeUnit.SECONDS.toNanos(seconds.get()));
  }

  private void outage() {
    store.database().change(tx -> tx.run("update node set alive_until = 0"));
  }

  private void liveOn(Nodes node, int forSeconds) {
    for (int passed = 0; passed < forSeconds; passed += 2) {
      seconds.addAndGet(2);
      node.renew();
    }
  }

  @Test
  void whoComesBackFirstAfterAnOutage_takesNobodyForDeadBeforeTheyCouldComeBack() {
    Nodes mine = node("mine");
    Nodes other = node("other");
    mine.join();
    other.join();
    liveOn(mine, 6);
    outage();
    seconds.addAndGet(20);
    mine.renew();
    assertThat(mine.dead()).isEmpty();
    liveOn(mine, 4);
    assertThat(mine.dead()).isEmpty();
    other.renew();
    liveOn(mine, 2);
    assertThat(mine.dead()).isEmpty();
  }

  @Test
  void whoHasNotRenewedOfLate_takesNobodyForDead() {
    Nodes mine = node("mine");
    mine.join();
    node("other").join();
    liveOn(mine, 6);
    outage();
    assertThat(mine.dead()).containsExactly("other");
    seconds.addAndGet(4);
    assertThat(mine.dead()).isEmpty();
  }

  private long aliveUntil(String node) {
    return store
        .database()
        .read(
            tx ->
                tx.first(
                    "select alive_until from node where id = ?",
                    row -> row.number("alive_until"),
                    node))
        .orElseThrow();
  }

  @Test
  void aProcess_isRenewedByAThreadOfItsOwn_untilThatIsClosed() {
    Nodes mine = node("mine");
    mine.join();
    outage();
    try (Renewal renewal = new Renewal(mine)) {
      renewal.start();
      Thread thread = Threads.named("postern-renewal");
      assertThat(thread.isDaemon()).isTrue();
      Awaiting.until("it is renewed", () -> aliveUntil("mine") > 0);
      thread.interrupt();
      outage();
      Awaiting.until("it goes on", () -> aliveUntil("mine") > 0);
      renewal.close();
      assertThat(thread.isAlive()).isFalse();
      renewal.start();
      assertThat(Threads.all("postern-renewal")).isEmpty();
    }
  }

  @Test
  void whoStaysAway_isDead() {
    Nodes mine = node("mine");
    mine.join();
    node("other").join();
    outage();
    assertThat(mine.dead()).isEmpty();
    liveOn(mine, 6);
    assertThat(mine.dead()).containsExactly("other");
  }
}
