package io.postern.core.jump;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.person.People;
import io.postern.core.store.Tx;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.Approver;
import io.postern.jump.JumpPolicy;
import io.postern.jump.JumpPolicyId;
import io.postern.jump.SessionPolicy;
import io.postern.jump.SessionPolicyId;
import io.postern.person.PersonId;
import io.postern.person.Principal;
import io.postern.person.Privilege;
import io.postern.spi.notifier.Notifier;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Saves, removes and assigns jump policies and session policies. */
final class PolicyChanges {
  private final Changes changes;
  private final Journal journal;
  private final People people;
  private final boolean writesMail;

  @Inject
  PolicyChanges(Changes changes, Journal journal, People people, Optional<Notifier> notifier) {
    this.changes = changes;
    this.journal = journal;
    this.people = people;
    this.writesMail = notifier.isPresent();
  }

  void save(PersonId actor, JumpPolicy policy) {
    String subject = Subjects.of(policy.id());
    administer(
        actor,
        "save the jump policy",
        subject,
        tx -> {
          Changes.requireNone("jump policy '" + policy.id() + "'", faults(policy));
          replace(
              tx,
              "jump_policy",
              policy.id(),
              PolicyDocuments.of(policy),
              Act.of(actor.value(), "jump-policy", subject));
        });
  }

  private List<String> faults(JumpPolicy policy) {
    List<String> faults = new ArrayList<>(policy.faults());
    ItemFaults.storable(faults, "id", policy.id().value());
    ItemFaults.storable(faults, "name", policy.name());
    ItemFaults.storable(faults, "description", policy.description());
    boolean needsMail =
        policy.approval().map(ApprovalTerms::approvers).stream()
            .flatMap(approvers -> approvers.stream())
            .anyMatch(approver -> approver instanceof Approver.ByEmail);
    if (needsMail && !writesMail) {
      faults.add(
          "an approver is known only by e-mail, and there is no notifier that could write to them;"
              + " give Postern a Notifier, or name a person or group instead");
    }
    return faults;
  }

  void save(PersonId actor, SessionPolicy policy) {
    String subject = Subjects.of(policy.id());
    administer(
        actor,
        "save the session policy",
        subject,
        tx ->
            replace(
                tx,
                "session_policy",
                policy.id(),
                PolicyDocuments.of(policy),
                Act.of(actor.value(), "session-policy", subject)));
  }

  private void replace(Tx tx, String table, Record id, String document, Act act) {
    Optional<String> before =
        tx.first(
            "select document from " + table + " where id = ?", row -> row.text("document"), id);
    if (before.isEmpty()) {
      tx.run("insert into " + table + " (id, document) values (?, ?)", id, document);
    } else if (before.get().equals(document)) {
      return;
    } else {
      int replaced =
          tx.run(
              "update " + table + " set document = ? where id = ? and document = ?",
              document,
              id,
              before.get());
      Changes.requireStill(replaced == 1, table + " " + id);
    }
    String done = before.isEmpty() ? ".added" : ".changed";
    journal.write(
        tx,
        Act.of(act.actor(), act.action() + done, act.subject())
            .with("changed", changed(before.orElse("{}"), document)));
  }

  /** The names of the fields that differ. */
  private static String changed(String before, String after) {
    Map<String, Object> old = JsonObject.parse(before).fields();
    Map<String, Object> now = JsonObject.parse(after).fields();
    TreeSet<String> names = new TreeSet<>(old.keySet());
    names.addAll(now.keySet());
    names.removeIf(name -> String.valueOf(old.get(name)).equals(String.valueOf(now.get(name))));
    return String.join(", ", names);
  }

  void remove(PersonId actor, JumpPolicyId id) {
    administer(
        actor,
        "remove the jump policy",
        Subjects.of(id),
        tx -> {
          requireThere(tx, "jump_policy", id);
          requireNoItem(tx, "jump policy", "jump_policy", id);
          tx.run("delete from jump_policy where id = ?", id);
          journal.write(tx, Act.of(actor.value(), "jump-policy.removed", Subjects.of(id)));
        });
  }

  void remove(PersonId actor, SessionPolicyId id) {
    administer(
        actor,
        "remove the session policy",
        Subjects.of(id),
        tx -> {
          requireThere(tx, "session_policy", id);
          requireNoItem(tx, "session policy", "session_policy", id);
          requireUnassigned(tx, id);
          tx.run("delete from session_policy where id = ?", id);
          journal.write(tx, Act.of(actor.value(), "session-policy.removed", Subjects.of(id)));
        });
  }

  /** Nobody named means everyone. */
  void assign(PersonId actor, SessionPolicyId policy, Optional<Principal> to) {
    administer(
        actor,
        "assign the session policy",
        Subjects.of(policy),
        tx -> {
          requireThere(tx, "session_policy", policy);
          String kind = to.map(Rights::kind).orElse("SITE");
          String principal = to.map(Principal::value).orElse("");
          Optional<String> before =
              tx.first(
                  "select policy from session_policy_assignment where kind = ? and principal = ?",
                  row -> row.text("policy"),
                  kind,
                  principal);
          tx.run(
              "insert into session_policy_assignment (kind, principal, policy) values (?, ?, ?)"
                  + " on conflict (kind, principal) do update set policy = excluded.policy",
              kind,
              principal,
              policy);
          journal.write(
              tx,
              Act.of(actor.value(), "session-policy.assigned", Subjects.of(policy))
                  .with("to", (kind + " " + principal).strip())
                  .with("before", before.orElse("none")));
        });
  }

  /** Nobody named means everyone. */
  void unassign(PersonId actor, Optional<Principal> from) {
    String kind = from.map(Rights::kind).orElse("SITE");
    String principal = from.map(Principal::value).orElse("");
    administer(
        actor,
        "take the session policy off",
        Subjects.ofHolder(kind, principal),
        tx -> {
          SessionPolicyId policy =
              tx.first(
                      "delete from session_policy_assignment where kind = ? and principal = ?"
                          + " returning policy",
                      row -> SessionPolicyId.of(row.text("policy")),
                      kind,
                      principal)
                  .orElseThrow(
                      () ->
                          new PosternException(
                              ErrorCode.CATALOG_ENTRY_NOT_FOUND,
                              "no session policy is assigned to "
                                  + holder(kind, principal)
                                  + "; there is nothing to take off"));
          journal.write(
              tx,
              Act.of(actor.value(), "session-policy.unassigned", Subjects.of(policy))
                  .with("from", (kind + " " + principal).strip()));
        });
  }

  private static void requireThere(Tx tx, String table, Record id) {
    if (ItemFaults.isMissing(tx, table, id)) {
      throw new PosternException(
          ErrorCode.CATALOG_ENTRY_NOT_FOUND,
          "there is no "
              + table.replace('_', ' ')
              + " '"
              + id
              + "'; list those that there are, or save it first");
    }
  }

  private static void requireNoItem(Tx tx, String kind, String column, Record id) {
    tx.first("select id from jump_item where " + column + " = ?", row -> row.text("id"), id)
        .ifPresent(
            item -> {
              throw new PosternException(
                  ErrorCode.CATALOG_ENTRY_IN_USE,
                  "%s '%s' cannot be removed while items use it, such as jump item '%s'; save those with another or none first"
                      .formatted(kind, id, item));
            });
  }

  private static void requireUnassigned(Tx tx, SessionPolicyId id) {
    tx.first(
            "select kind, principal from session_policy_assignment where policy = ?"
                + " order by kind, principal",
            row -> holder(row.text("kind"), row.text("principal")),
            id)
        .ifPresent(
            holder -> {
              throw new PosternException(
                  ErrorCode.CATALOG_ENTRY_IN_USE,
                  "session policy '%s' cannot be removed while it is assigned, such as to %s; assign another there, or call Catalog.unassign or unassignFromSite, first"
                      .formatted(id, holder));
            });
  }

  private static String holder(String kind, String principal) {
    return kind.equals("SITE")
        ? "the whole site"
        : kind.toLowerCase(Locale.ROOT) + " '" + principal + "'";
  }

  private void administer(PersonId actor, String action, String subject, Consumer<Tx> change) {
    changes.attempt(
        actor,
        action,
        subject,
        () -> {
          people.requireWith(actor, Privilege.ADMINISTER_CATALOG, action + " " + subject);
          changes.commit(subject, change);
          return subject;
        });
  }
}
