package io.postern.jump;

import io.postern.approval.RequestId;
import io.postern.approval.RequestStatus;
import io.postern.person.PersonId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * An item with all that a person may know of it (rule CAT-5).
 *
 * @param item the item as it is described
 * @param status whether it can be reached
 * @param onlineSince since when it is online
 * @param lastAccessed when a session on it was last connected
 * @param requests pending and approved requests on it that this person may see, and of their own
 *     the one that was last denied, taken back or left to expire (rule REQ-6); the newest first, at
 *     most 200
 * @param verdict what this person may do with it now, and why
 * @param source the inventory that it comes from (rule CAT-10); empty when people describe it
 */
public record JumpItemDetail(
    JumpItem item,
    JumpItemStatus status,
    Optional<Instant> onlineSince,
    Optional<Instant> lastAccessed,
    List<RequestOnItem> requests,
    Verdict verdict,
    Optional<Source> source) {
  public JumpItemDetail {
    requests = List.copyOf(requests);
  }

  /**
   * Where an item comes from that nobody describes by hand.
   *
   * @param inventory its name as configured
   * @param key the inventory's own identifier of the item
   * @param lastGoodAt when the inventory last answered
   * @param stale whether it did not answer since, so that the item may have changed
   * @param gone whether its last answer had the item no more; it is removed once nothing uses it
   */
  public record Source(
      String inventory, String key, Optional<Instant> lastGoodAt, boolean stale, boolean gone) {}

  /**
   * A request on the item. Like every view of it, it does not say who decided (rule REQ-7).
   *
   * @param id which request
   * @param requester who asked
   * @param status how it stands
   * @param from when the access that was asked for begins
   * @param until when it ends, or when the approval lapses
   * @param comment what was said with the outcome, or an empty text
   */
  public record RequestOnItem(
      RequestId id,
      PersonId requester,
      RequestStatus status,
      Instant from,
      Instant until,
      String comment) {}
}
