package io.postern.credential;

import io.postern.jump.JumpItemId;
import io.postern.person.PersonId;
import io.postern.session.SessionId;
import java.time.Instant;
import java.util.Optional;

/**
 * The right to a secret until it is given back, as a durable row (rule ECM-11).
 *
 * @param id which lease
 * @param credential which credential
 * @param username the account
 * @param holder who has it
 * @param item on which item
 * @param purpose what for
 * @param session in which session; empty for a check-out or a look outside any
 * @param state where it stands
 * @param until when it is taken back at the latest; empty where the session's end decides
 * @param lastFailure why giving it back failed last, or an empty text
 */
public record Lease(
    LeaseId id,
    CandidateId credential,
    String username,
    PersonId holder,
    JumpItemId item,
    Purpose purpose,
    Optional<SessionId> session,
    State state,
    Optional<Instant> until,
    String lastFailure) {
  /** What a lease is for. */
  public enum Purpose {
    /** A log-on; it ends with its session. */
    SESSION,
    /** Keeping an account; it ends by check-in, by time or by force. */
    CHECK_OUT,
    /** A look at the secret; it ends as a check-out does. */
    VIEW
  }

  /**
   * Where a lease stands. RETURNED and ROTATED are the end, unless the manager lends something
   * after all: that is given back too, and the lease is RETURNING until then.
   */
  public enum State {
    /** Written down before the manager is asked. */
    INTENT,
    /** Somebody has it. */
    HELD,
    /**
     * It is to be given back, or rotated, and that did not succeed yet. It is tried for as long as
     * the manager does not answer.
     */
    RETURNING,
    /** Given back. */
    RETURNED,
    /** Given back and replaced by a new secret. */
    ROTATED,
    /**
     * The manager refused six times to take it back, or to rotate, or nobody knows where to; a
     * person must look, and says {@link Credentials#retry} or {@link Credentials#settled}.
     */
    IRREVOCABLE
  }
}
