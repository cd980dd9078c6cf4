package io.postern.jump;

/**
 * What the membership of a jump group allows with its items (rule CAT-2). Seeing them comes with
 * every membership.
 */
public enum JumpPermission {
  /** Ask for and start sessions on them. */
  START,
  /** Add items to the group. */
  ADD,
  /**
   * Change what describes them; not their terms, nor what credentials are found by, which
   * administrators set.
   */
  EDIT,
  /** Remove them. */
  REMOVE,
  /** Read the reports of sessions on them; see {@link io.postern.session.Session#report}. */
  VIEW_REPORTS
}
