package io.postern.session;

/** Why a session ended: a closed list (rule SES-1). */
public enum EndReason {
  RELEASED,
  ENDED_BY_OWNER,
  ENDED_BY_ADMINISTRATOR,
  DENIED,
  CANCELLED,
  EXPIRED,
  REVOKED,
  SCHEDULE_CLOSED,
  IDLE,
  /** For one person's part: somebody else is the owner now. */
  TRANSFERRED_AWAY,
  CONNECTION_LOST,
  FAILED,
  /** The process it lived in died. */
  INTERRUPTED,
  REFUSED
}
