package io.postern.core.jump;

import io.postern.core.store.Tx;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpPolicy;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.SessionPolicy;
import io.postern.jump.SessionPolicy.Permission;
import io.postern.jump.SessionPolicyId;
import io.postern.person.Person;
import io.postern.session.Tool;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Policies in the store, and what those in force say together (rule TOOL-1). */
final class PoliciesInForce {
  /** One level of policies; an earlier level decides before a later one is asked. */
  private record Level(List<SessionPolicy> policies) {
    Optional<Boolean> allows(Tool tool) {
      Set<Permission> said = EnumSet.noneOf(Permission.class);
      policies.forEach(policy -> said.add(policy.of(tool)));
      // Of several groups that disagree the careful one wins.
      if (said.contains(Permission.DENY)) {
        return Optional.of(false);
      }
      return said.contains(Permission.ALLOW) ? Optional.of(true) : Optional.empty();
    }
  }

  private PoliciesInForce() {}

  static Judge.ToolRights inForce(Tx tx, Person owner, JumpItem item) {
    List<Level> levels = levels(tx, owner, item);
    Set<Tool> allowed = EnumSet.noneOf(Tool.class);
    for (Tool tool : Tool.values()) {
      boolean allows =
          levels.stream().flatMap(level -> level.allows(tool).stream()).findFirst().orElse(false);
      if (allows) {
        allowed.add(tool);
      }
    }
    boolean recorded =
        levels.stream()
            .flatMap(level -> level.policies().stream())
            .anyMatch(SessionPolicy::demandsRecording);
    return new Judge.ToolRights(allowed, recorded);
  }

  private static List<Level> levels(Tx tx, Person owner, JumpItem item) {
    List<SessionPolicy> ofItem = new ArrayList<>();
    item.sessionPolicy().flatMap(id -> sessionPolicy(tx, id)).ifPresent(ofItem::add);
    List<SessionPolicy> ofPerson = new ArrayList<>();
    List<SessionPolicy> ofGroups = new ArrayList<>();
    List<SessionPolicy> ofSite = new ArrayList<>();
    tx.list(
        "select a.kind, p.document from session_policy_assignment a"
            + " join session_policy p on p.id = a.policy where a.kind = 'SITE' or "
            + Rights.isMember("a.kind", "a.principal", tx.dialect()),
        row -> {
          SessionPolicy policy = PolicyDocuments.sessionPolicy(row.text("document"));
          return switch (row.text("kind")) {
            case "PERSON" -> ofPerson.add(policy);
            case "GROUP" -> ofGroups.add(policy);
            default -> ofSite.add(policy);
          };
        },
        owner.id(),
        Rights.groups(owner));
    return List.of(new Level(ofItem), new Level(ofPerson), new Level(ofGroups), new Level(ofSite));
  }

  static Optional<SessionPolicy> sessionPolicy(Tx tx, SessionPolicyId id) {
    return tx.first(
        "select document from session_policy where id = ?",
        row -> PolicyDocuments.sessionPolicy(row.text("document")),
        id);
  }

  static Optional<JumpPolicy> jumpPolicy(Tx tx, JumpPolicyId id) {
    return tx.first(
        "select document from jump_policy where id = ?",
        row -> PolicyDocuments.jumpPolicy(row.text("document")),
        id);
  }

  /** The terms of entry of an item: its policy, or the standard ones where it has none. */
  static JumpPolicy termsOf(Tx tx, JumpItem item) {
    return item.jumpPolicy().flatMap(id -> jumpPolicy(tx, id)).orElseGet(JumpPolicy::standard);
  }
}
