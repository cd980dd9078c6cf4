package io.postern.core.approval;

import io.postern.approval.RequestId;
import io.postern.core.store.Tx;
import io.postern.jump.JumpPolicy.OnRevocation;
import io.postern.session.EndReason;
import java.time.Instant;

/**
 * Told what came of a request, inside the transaction that decides it; implemented by the room of
 * sessions.
 */
public interface RequestOutcomes {
  /** Lets the sessions that wait for it go on. */
  void approved(Tx tx, RequestId id, Instant usableUntil, String actor);

  /** Ends the sessions that wait for it. */
  void refused(Tx tx, RequestId id, EndReason reason, String why, String actor);

  /** Does to its sessions what the policy says of a revocation (rule REQ-10). */
  void revoked(Tx tx, RequestId id, OnRevocation effect, String why, String actor);
}
