package io.postern.session;

/** Where a session stands: a closed list (rule SES-1). */
public enum SessionStatus {
  /** Its request waits for decisions. */
  WAITING_FOR_APPROVAL,
  /** It begins by itself at its time. */
  SCHEDULED,
  /** What it needs is being made ready. */
  PROVISIONING,
  /** It can be connected for the first time. */
  AVAILABLE,
  /** Its work time runs. */
  ACTIVE,
  /** Nothing passes in either direction. */
  FROZEN,
  /** It is being taken down. */
  ENDING,
  /** It has ended for good. */
  ENDED;

  /** Whether it can be connected (rule SES-2). */
  public boolean isConnectable() {
    return this == AVAILABLE || this == ACTIVE;
  }
}
