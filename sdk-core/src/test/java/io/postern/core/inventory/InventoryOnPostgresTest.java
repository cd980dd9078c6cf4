package io.postern.core.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.Postern;
import io.postern.core.Awaiting;
import io.postern.core.PosternUnderTest;
import io.postern.core.Scene;
import io.postern.testing.Rule;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class InventoryOnPostgresTest extends InventoryContract {
  InventoryOnPostgresTest() {
    super(PosternUnderTest.postgres());
  }

  /** Two processes ask one inventory in turns, never at once. */
  @Test
  @Rule("CAT-10")
  void ofTwoProcesses_oneAsks() {
    open(PLACING);
    Postern other = test.open(builder -> builder.inventory("cmdb", inventory, EVERY, PLACING));
    Awaiting.until(
        "the other asked at its start",
        () ->
            inventory.asked.get() == 2
                && number("select count(*) from inventory where node is null") == 1);
    Scene.open(test);
    inventory.items.add(ListedInventory.item("1", "Accounts", "accounts.example"));
    follow();
    CountDownLatch in = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    int before = inventory.asked.get();
    inventory.meanwhile =
        () -> {
          in.countDown();
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    test.clock().advance(Duration.ofMinutes(6));
    test.sweep(following);
    Awaiting.until("one asks", () -> in.getCount() == 0);
    test.clock().advance(Duration.ofSeconds(2));
    test.sweep(other);
    assertThat(inventory.asked).hasValue(before + 1);
    go.countDown();
    Awaiting.until(
        "it is done",
        () -> number("select count(*) from inventory where node is null and failure = ''") == 1);
    assertThat(inventory.asked).hasValue(before + 1);
  }
}
