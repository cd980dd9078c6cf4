package io.postern.session;

/**
 * Why a session ended: a closed list (rule SES-1). Four of its reasons belong to parts of Postern
 * that are not there yet, and no session has them so far: {@link #SCHEDULE_CLOSED}, {@link #IDLE},
 * {@link #TRANSFERRED_AWAY} and {@link #CONNECTION_LOST}.
 */
public enum EndReason {
  /** Its owner gave up the rest of the reservation. */
  RELEASED,
  /** Its owner ended it. */
  ENDED_BY_OWNER,
  /** An administrator of sessions ended it. */
  ENDED_BY_ADMINISTRATOR,
  /** An approver said no. */
  DENIED,
  /** Its request was taken back before it was decided. */
  CANCELLED,
  /** Its time was over, or nobody decided or connected in time. */
  EXPIRED,
  /** Its approval was taken back. */
  REVOKED,
  /** Its schedule allows it no longer. Not given yet. */
  SCHEDULE_CLOSED,
  /** Nothing was done in it for too long. Not given yet. */
  IDLE,
  /** For one person's part: somebody else is the owner now. Not given yet. */
  TRANSFERRED_AWAY,
  /**
   * The connection to the endpoint was lost and took the session with it. Not given yet: a session
   * goes on without a connection until its time is over, so that its owner can connect again.
   */
  CONNECTION_LOST,
  /** Something that it needs failed. */
  FAILED,
  /** The process it lived in died. */
  INTERRUPTED,
  /** A right or the item itself no longer allowed it to begin. */
  REFUSED
}
