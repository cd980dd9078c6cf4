package io.postern.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.core.Threads;
import io.postern.core.store.StoreUnderTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** An embedded store has one process at a time. */
class NodesOnSqliteTest {
  @RegisterExtension final StoreUnderTest store = StoreUnderTest.sqlite();

  private Nodes node(String name) {
    return new Nodes(store.database(), store.clock(), name, () -> 0);
  }

  @Test
  void whoJoins_isTheOnlyOne_andNeedNotSaySoAgain() {
    node("other").join();
    Nodes mine = node("mine");
    mine.join();
    assertThat(mine.dead()).containsExactly("other");
    try (Renewal renewal = new Renewal(mine)) {
      renewal.start();
      assertThat(Threads.all("postern-renewal")).isEmpty();
    }
  }
}
