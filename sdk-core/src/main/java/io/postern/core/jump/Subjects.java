package io.postern.core.jump;

import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.SessionPolicyId;

/** What the audit trail calls the things of the catalog. */
final class Subjects {
  private Subjects() {}

  static String of(JumpItemId id) {
    return "jump-item:" + id;
  }

  static String of(JumpGroupId id) {
    return "jump-group:" + id;
  }

  static String of(JumpPolicyId id) {
    return "jump-policy:" + id;
  }

  static String of(SessionPolicyId id) {
    return "session-policy:" + id;
  }
}
