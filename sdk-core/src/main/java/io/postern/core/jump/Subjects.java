package io.postern.core.jump;

import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.SessionPolicyId;
import java.util.Locale;

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

  /** Whoever a session policy is assigned to: a person, a group of people, or the site. */
  static String ofHolder(String kind, String principal) {
    return kind.toLowerCase(Locale.ROOT) + ":" + principal;
  }
}
