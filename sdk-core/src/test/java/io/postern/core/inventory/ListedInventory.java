package io.postern.core.inventory;

import io.postern.spi.inventory.Inventory;
import io.postern.spi.inventory.InventoryItem;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** An inventory that says what the test lists, one item on a page. */
final class ListedInventory implements Inventory {
  final List<InventoryItem> items = new CopyOnWriteArrayList<>();
  final AtomicInteger asked = new AtomicInteger();
  final AtomicInteger atOnce = new AtomicInteger();
  volatile Runnable meanwhile = () -> {};

  static InventoryItem item(String key, String name, String host) {
    return new InventoryItem(key, name, "loop", host, 22, "tagged", Map.of("rack", "r-" + key));
  }

  @Override
  public InventoryPage items(InventoryRequest request) {
    if (atOnce.incrementAndGet() > 1) {
      throw new AssertionError("asked twice at once");
    }
    try {
      if (request.place().isEmpty()) {
        asked.incrementAndGet();
      }
      meanwhile.run();
      List<InventoryItem> all = List.copyOf(items);
      int at = request.place().isEmpty() ? 0 : Integer.parseInt(request.place());
      if (at >= all.size()) {
        return new InventoryPage(List.of(), "");
      }
      return new InventoryPage(
          List.of(all.get(at)), at + 1 == all.size() ? "" : Integer.toString(at + 1));
    } finally {
      atOnce.decrementAndGet();
    }
  }
}
