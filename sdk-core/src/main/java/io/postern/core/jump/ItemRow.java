package io.postern.core.jump;

import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemStatus;
import java.time.Instant;
import java.util.Optional;

/**
 * An item as it is described, and what is known of it beside.
 *
 * @param reported whether it can be reached, as was last said; never DISABLED
 */
record ItemRow(
    JumpItem item,
    JumpItemStatus reported,
    Optional<Instant> onlineSince,
    Optional<Instant> lastAccessed,
    long version) {
  JumpItemStatus status() {
    return item.disabled() ? JumpItemStatus.DISABLED : reported;
  }
}
