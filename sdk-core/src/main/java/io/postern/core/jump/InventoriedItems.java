package io.postern.core.jump;

import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.store.Tx;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemDetail.Source;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpItemStatus;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Items that follow inventories. */
final class InventoriedItems implements ExternalItems {
  private static final String ACTOR = "postern:inventory";
  private static final int PASS = 100;

  private final Changes changes;
  private final ItemChanges items;
  private final Journal journal;
  private final InstantSource clock;

  @Inject
  InventoriedItems(Changes changes, ItemChanges items, Journal journal, InstantSource clock) {
    this.changes = changes;
    this.items = items;
    this.journal = journal;
    this.clock = clock;
  }

  @Override
  public Put put(String inventory, List<Keyed> given) {
    List<String> faults = new ArrayList<>();
    int[] changed = {0};
    changes.commit(
        subject(inventory),
        tx -> {
          faults.clear();
          changed[0] = 0;
          for (Keyed one : given) {
            List<String> own = faults(tx, inventory, one.item());
            if (own.isEmpty()) {
              changed[0] += put(tx, inventory, one) ? 1 : 0;
            } else {
              faults.add("'" + one.key() + "': " + String.join(", ", own));
            }
          }
        });
    return new Put(changed[0], List.copyOf(faults));
  }

  private static List<String> faults(Tx tx, String inventory, JumpItem item) {
    List<String> faults = ItemFaults.of(tx, item);
    boolean taken =
        ItemRows.find(tx, item.id()).isPresent()
            && ItemSources.of(tx, item.id())
                .filter(found -> found.source().inventory().equals(inventory))
                .isEmpty();
    if (taken) {
      faults.add("the id '" + item.id() + "' is that of an item which does not come from it");
    }
    return faults;
  }

  private boolean put(Tx tx, String inventory, Keyed one) {
    JumpItemId id = one.item().id();
    Optional<Source> source = ItemSources.of(tx, id).map(ItemSources.Found::source);
    boolean changed = items.write(tx, ACTOR, ItemRows.find(tx, id), one.item());
    if (source.isEmpty()) {
      tx.run(
          "insert into inventory_item (item, inventory, item_key) values (?, ?, ?)",
          id,
          inventory,
          one.key());
    } else if (source.get().gone()) {
      tx.run("update inventory_item set gone_at = null where item = ?", id);
      ItemChanges.setStatus(tx, id, JumpItemStatus.UNKNOWN, Optional.empty());
      journal.write(tx, Act.of(ACTOR, "jump-item.back", Subjects.of(id)));
      return true;
    }
    return changed;
  }

  /** An item of an inventory, with its key and whether it went before. */
  private record Kept(JumpItemId id, String key, boolean gone) {}

  @Override
  public int keepOnly(String inventory, Set<String> named) {
    int went = 0;
    String after = "";
    List<Kept> pass;
    do {
      String from = after;
      pass = changes.read(tx -> kept(tx, inventory, from));
      for (Kept one : pass) {
        after = one.id().value();
        if (!named.contains(one.key()) && go(one)) {
          went++;
        }
      }
    } while (pass.size() == PASS);
    return went;
  }

  private static List<Kept> kept(Tx tx, String inventory, String after) {
    return tx.list(
        "select item, item_key, gone_at from inventory_item where inventory = ? and item > ?"
            + " order by item limit ?",
        row ->
            new Kept(
                JumpItemId.of(row.text("item")),
                row.text("item_key"),
                row.optionalInstant("gone_at").isPresent()),
        inventory,
        after,
        PASS);
  }

  private boolean go(Kept one) {
    boolean[] went = {false};
    changes.commit(
        Subjects.of(one.id()),
        tx -> {
          Optional<ItemRow> row = ItemRows.find(tx, one.id());
          went[0] = row.isPresent() && (!one.gone() || !isUsed(tx, one.id()));
          if (!went[0]) {
            return;
          }
          if (one.gone()) {
            items.delete(tx, ACTOR, row.get());
          } else {
            tx.run(
                "update inventory_item set gone_at = ? where item = ?", clock.instant(), one.id());
            ItemChanges.setStatus(tx, one.id(), JumpItemStatus.OFFLINE, Optional.empty());
            journal.write(
                tx,
                Act.of(ACTOR, "jump-item.gone", Subjects.of(one.id()))
                    .because("its inventory does not name it any more"));
          }
        });
    return went[0];
  }

  /** Whether something that is not over would lead nowhere without the item. */
  private boolean isUsed(Tx tx, JumpItemId id) {
    return tx.first(
            "select 1 as used from session where item = ? and status <> 'ENDED'"
                + " union all select 1 from lease where item = ? and settled_at is null"
                + " union all select 1 from access_request where item = ? and (status = 'PENDING'"
                + " or (status = 'APPROVED' and usable_until > ?)) limit 1",
            row -> true,
            id,
            id,
            id,
            clock.instant())
        .isPresent();
  }

  private static String subject(String inventory) {
    return "inventory:" + inventory;
  }
}
