package io.postern.jump;

/** Whether an item can be reached, as the host or a monitor last said. */
public enum JumpItemStatus {
  /** Nobody said. A start is tried. */
  UNKNOWN,
  /** It can be reached. */
  ONLINE,
  /** A start is refused with this reason (rule CAT-9). */
  OFFLINE,
  /** Switched off by an administrator; a start is refused with this reason (rule CAT-9). */
  DISABLED
}
