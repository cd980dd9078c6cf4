package io.postern.session;

import io.postern.approval.RequestId;
import io.postern.jump.JumpItemId;
import io.postern.person.PersonId;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Which sessions are wanted; all conditions that are given must hold (rule SES-4). Immutable; the
 * methods give changed copies.
 *
 * @param statuses where they stand; empty for anywhere
 * @param owner whose
 * @param item on which item
 * @param request that came of which access request
 * @param from created not before
 * @param until created before
 */
public record SessionQuery(
    Set<SessionStatus> statuses,
    Optional<PersonId> owner,
    Optional<JumpItemId> item,
    Optional<RequestId> request,
    Optional<Instant> from,
    Optional<Instant> until) {
  public SessionQuery {
    statuses = Set.copyOf(statuses);
  }

  /** Every session that the person may see. */
  public static SessionQuery all() {
    return new SessionQuery(
        Set.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** Sessions that stand at one of these, instead of any named before. */
  public SessionQuery in(SessionStatus first, SessionStatus... more) {
    return new SessionQuery(EnumSet.of(first, more), owner, item, request, from, until);
  }

  /** Sessions of this person. */
  public SessionQuery of(PersonId person) {
    return new SessionQuery(statuses, Optional.of(person), item, request, from, until);
  }

  /**
   * Sessions that came of this access request: so a notice about a request leads to its session.
   */
  public SessionQuery of(RequestId accessRequest) {
    return new SessionQuery(statuses, owner, item, Optional.of(accessRequest), from, until);
  }

  /** Sessions on this item. */
  public SessionQuery on(JumpItemId jumpItem) {
    return new SessionQuery(statuses, owner, Optional.of(jumpItem), request, from, until);
  }

  /** Created from {@code first} on and before {@code end}. */
  public SessionQuery between(Instant first, Instant end) {
    return new SessionQuery(statuses, owner, item, request, Optional.of(first), Optional.of(end));
  }
}
