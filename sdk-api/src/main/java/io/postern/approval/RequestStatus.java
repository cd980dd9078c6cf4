package io.postern.approval;

/** How an access request stands. All but the first two are final. */
public enum RequestStatus {
  /** It waits for decisions. */
  PENDING,
  /** Enough approvers agreed; it can be used. */
  APPROVED,
  /** An approver said no. */
  DENIED,
  /** Taken back before it was decided. */
  CANCELLED,
  /** Nobody decided in time, or nobody used the approval in time (rule REQ-12). */
  EXPIRED,
  /** Taken back after it was approved (rule REQ-10). */
  REVOKED
}
