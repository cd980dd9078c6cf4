package io.postern.person;

/**
 * A right that is not bound to one jump group. The host gives privileges with the {@link Person};
 * nobody has any by default.
 */
public enum Privilege {
  /** Add, change and remove jump items, groups and policies everywhere; enrol host keys. */
  ADMINISTER_CATALOG,
  /**
   * See and use groups one is not a member of, and personal lists of anyone (rules CAT-3, CAT-4).
   */
  ACCESS_ALL_JUMP_ITEMS,
  /** See every session and its report, freeze and unfreeze it, and end it. */
  ADMINISTER_SESSIONS,
  /** Find, check out and check in accounts outside a session (rule OUT-1). */
  CHECK_OUT_ACCOUNTS,
  /**
   * Look at secrets in managers, where the item's policy allows it too (rule OUT-2). Not implied by
   * anything.
   */
  VIEW_SECRETS,
  /** See leases, check-outs and rotations owed, work them off, and force a check-in. */
  ADMINISTER_CREDENTIALS,
  /** Read the audit trail and have it checked. */
  READ_AUDIT,
  /** Play recordings back; not implied by owning the session. */
  VIEW_RECORDINGS
}
