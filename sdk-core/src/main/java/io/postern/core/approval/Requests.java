package io.postern.core.approval;

import io.postern.approval.RequestId;
import io.postern.core.store.Tx;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpPolicy;
import io.postern.person.Person;
import io.postern.session.Ask;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Opens requests and finds approvals, for the room of sessions. Decides no rights to items. */
public interface Requests {
  /** Opens a request and tells its approvers, in the transaction that makes its session wait. */
  Opened open(Tx tx, Person requester, JumpItem item, JumpPolicy terms, Ask ask, Duration duration);

  /** An approval on the item that the person may use now without asking (rule REQ-9). */
  Optional<Usable> usable(Tx tx, Person person, JumpItem item);

  /** Until when the approval holds; empty when it is not, or no longer, approved. */
  Optional<Instant> holdsUntil(Tx tx, RequestId id);

  /**
   * A request that was opened.
   *
   * @param id which
   * @param decideBy when it expires undecided
   */
  record Opened(RequestId id, Instant decideBy) {}

  /**
   * An approval that can be used.
   *
   * @param id which request
   * @param until no session under it may last longer
   */
  record Usable(RequestId id, Instant until) {}
}
