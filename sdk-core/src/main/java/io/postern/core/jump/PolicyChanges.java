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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Saves, removes and assigns jump policies and session policies. */
final class PolicyChanges {
  private static final Duration LONGEST_EXTENSION = Duration.ofDays(90);

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
    if (policy.extensionEach().compareTo(LONGEST_EXTENSION) > 0) {
      faults.add("an extension must be at most " + LONGEST_EXTENSION);
    }
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
          requireUnused(tx, "select id as used_by from jump_item where jump_policy = ?", id);
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
          requireUnused(tx, "select id as used_by from jump_item where session_policy = ?", id);
          requireUnused(
              tx, "select kind as used_by from session_policy_assignment where policy = ?", id);
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

  private static void requireThere(Tx tx, String table, Record id) {
    if (ItemFaults.isMissing(tx, table, id)) {
      throw new PosternException(
          ErrorCode.CATALOG_ENTRY_NOT_FOUND,
          "there is no " + table.replace('_', ' ') + " '" + id + "'");
    }
  }

  private static void requireUnused(Tx tx, String users, Record id) {
    tx.first(users, row -> row.text("used_by"), id)
        .ifPresent(
            user -> {
              throw new PosternException(
                  ErrorCode.CATALOG_ENTRY_IN_USE,
                  "policy '"
                      + id
                      + "' cannot be removed while it is used, such as by '"
                      + user
                      + "'; have that use another first");
            });
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
