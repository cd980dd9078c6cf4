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
 * @param requests pending and approved requests on it that this person may see, the newest first
 * @param verdict what this person may do with it now, and why
 */
public record JumpItemDetail(
    JumpItem item,
    JumpItemStatus status,
    Optional<Instant> onlineSince,
    Optional<Instant> lastAccessed,
    List<RequestOnItem> requests,
    Verdict verdict) {
  public JumpItemDetail {
    requests = List.copyOf(requests);
  }

  /**
   * A request on the item.
   *
   * @param id which request
   * @param requester who asked
   * @param status how it stands
   * @param from when the access that was asked for begins
   * @param until when it ends, or when the approval lapses
   */
  public record RequestOnItem(
      RequestId id, PersonId requester, RequestStatus status, Instant from, Instant until) {}
}
