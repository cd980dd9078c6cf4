package io.postern.jump;

import java.time.Instant;
import java.util.Optional;

/**
 * An item as a row of a list (rule CAT-5).
 *
 * @param id which item
 * @param name its name
 * @param method how it is reached
 * @param group the group it lies in; empty for a personal list
 * @param status whether it can be reached
 * @param lastAccessed when a session on it was last connected
 */
public record JumpItemSummary(
    JumpItemId id,
    String name,
    String method,
    Optional<JumpGroupId> group,
    JumpItemStatus status,
    Optional<Instant> lastAccessed) {
  @Override
  public String toString() {
    return "'" + name + "' (" + id + ")";
  }
}
