package io.postern.core.jump;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.store.Tx;
import io.postern.jump.JumpItemDetail.Source;
import io.postern.jump.JumpItemId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Which items come from inventories, and what that keeps people from. */
final class ItemSources {
  /** An inventory that no process has asked for so long is not configured any more. */
  static final Duration FORGOTTEN_AFTER = Duration.ofDays(1);

  /** Where an item comes from, and until when somebody is sure to see to that. */
  record Found(Source source, Instant tendedUntil) {}

  private ItemSources() {}

  static Optional<Found> of(Tx tx, JumpItemId item) {
    return tx.first(
        "select i.inventory, i.item_key, i.gone_at, s.synced_at, s.failure, s.due_at"
            + " from inventory_item i join inventory s on s.name = i.inventory where i.item = ?",
        row ->
            new Found(
                new Source(
                    row.text("inventory"),
                    row.text("item_key"),
                    row.optionalInstant("synced_at"),
                    !row.text("failure").isEmpty(),
                    row.optionalInstant("gone_at").isPresent()),
                row.instant("due_at").plus(FORGOTTEN_AFTER)),
        item);
  }

  /** Says no to people who would change what the next answer of the inventory changes back. */
  static void requireByHand(Tx tx, JumpItemId item, Instant now) {
    Optional<Found> found = of(tx, item).filter(one -> one.tendedUntil().isAfter(now));
    if (found.isPresent()) {
      throw new PosternException(
          ErrorCode.ILLEGAL_CHANGE,
          "'"
              + item
              + "' comes from inventory '"
              + found.get().source().inventory()
              + "' (key '"
              + found.get().source().key()
              + "') and follows it; change it there, or how PosternBuilder.inventory places its items."
              + " Once no process has named that inventory for a day, its items are changed by hand");
    }
  }
}
