package io.postern.core.jump;

import io.postern.jump.JumpItem;
import java.util.List;
import java.util.Set;

/** The items of inventories, as the catalog keeps them (rule CAT-10). */
public interface ExternalItems {
  /**
   * Adds or replaces items in one transaction, as an administrator's saving does; those with faults
   * are left as they are.
   *
   * @param inventory the name of the inventory that they come from
   * @return how many were added or changed, and all that is wrong
   */
  Put put(String inventory, List<Keyed> items);

  /**
   * Has items go that the inventory does not name any more: they are offline at once, and removed
   * by a later call when no session, request or lease uses them.
   *
   * @param named the keys of those that it names
   * @return how many went offline or were removed
   */
  int keepOnly(String inventory, Set<String> named);

  /**
   * An item with the inventory's own identifier.
   *
   * @param key the identifier
   * @param item the item as it is to be
   */
  record Keyed(String key, JumpItem item) {}

  /**
   * What became of items.
   *
   * @param changed how many were added or changed
   * @param faults what is wrong with the others, each as a sentence
   */
  record Put(int changed, List<String> faults) {}
}
