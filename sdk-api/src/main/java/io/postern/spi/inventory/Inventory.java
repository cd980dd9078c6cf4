package io.postern.spi.inventory;

import java.time.Instant;
import java.util.List;

/**
 * A source of jump items (rule CAT-10): given by the host, or a credential provider that implements
 * this interface beside its own. Postern asks now and then, keeps the answer in its catalog under
 * the group and policies that the host chose, and goes on with the last good answer while there is
 * none.
 *
 * <p>Blocks until the deadline it is given; called by one thread at a time.
 */
public interface Inventory {
  /**
   * Every item there is, in as many pages as it likes: an item that is on none of them is gone. An
   * inventory that cannot answer throws; an empty answer means that there is no item.
   *
   * @throws io.postern.spi.credential.ProviderException when it does not answer; any other
   *     exception counts as a broken plug-in
   */
  InventoryPage items(InventoryRequest request);

  /**
   * Asks for a page.
   *
   * @param place where to go on, as {@link InventoryPage#next} named it; empty for the first
   * @param deadline nobody waits for the answer after this instant
   */
  record InventoryRequest(String place, Instant deadline) {}

  /**
   * A page of items.
   *
   * @param items at most 10,000
   * @param next what to ask on with; empty after the last page
   */
  record InventoryPage(List<InventoryItem> items, String next) {
    public InventoryPage {
      items = List.copyOf(items);
      if (items.size() > 10_000) {
        throw new IllegalArgumentException(
            "a page of an inventory has at most 10000 items, this has " + items.size());
      }
    }
  }
}
