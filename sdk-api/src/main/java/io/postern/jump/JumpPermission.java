package io.postern.jump;

/**
 * What the membership of a jump group allows with its items (rule CAT-2). Seeing them comes with
 * every membership.
 */
public enum JumpPermission {
  START,
  ADD,
  EDIT,
  REMOVE,
  VIEW_REPORTS
}
