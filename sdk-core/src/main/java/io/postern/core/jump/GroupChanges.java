package io.postern.core.jump;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.person.People;
import io.postern.core.store.Tx;
import io.postern.jump.JumpGroup;
import io.postern.jump.JumpGroupId;
import io.postern.jump.JumpPermission;
import io.postern.person.PersonId;
import io.postern.person.Principal;
import io.postern.person.Privilege;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Saves and removes jump groups. */
final class GroupChanges {
  private final Changes changes;
  private final Journal journal;
  private final People people;

  @Inject
  GroupChanges(Changes changes, Journal journal, People people) {
    this.changes = changes;
    this.journal = journal;
    this.people = people;
  }

  static Optional<JumpGroup> find(Tx tx, JumpGroupId id) {
    Map<Principal, Set<JumpPermission>> members = new LinkedHashMap<>();
    tx.list(
        "select kind, principal, permissions from jump_group_member where group_id = ?",
        row ->
            members.put(
                Rights.principal(row.text("kind"), row.text("principal")),
                Rights.permissions(row.text("permissions"))),
        id);
    return tx.first(
        "select name from jump_group where id = ?",
        row -> new JumpGroup(id, row.text("name"), members),
        id);
  }

  void save(PersonId actor, JumpGroup group) {
    administer(actor, "save the group", group.id(), tx -> save(tx, actor, group));
  }

  private void save(Tx tx, PersonId actor, JumpGroup group) {
    List<String> faults = new ArrayList<>();
    if (group.name().isBlank()) {
      faults.add("name must not be empty");
    }
    ItemFaults.storable(faults, "id", group.id().value());
    ItemFaults.storable(faults, "name", group.name());
    group
        .members()
        .keySet()
        .forEach(member -> ItemFaults.storable(faults, "member", member.value()));
    Changes.requireNone("group '" + group.id() + "'", faults);
    // First, because it holds back whoever saves the same group meanwhile.
    boolean there = tx.run("update jump_group set name = name where id = ?", group.id()) == 1;
    Optional<JumpGroup> before = there ? find(tx, group.id()) : Optional.empty();
    if (before.equals(Optional.of(group))) {
      return;
    }
    if (there) {
      tx.run("update jump_group set name = ? where id = ?", group.name(), group.id());
      tx.run("delete from jump_group_member where group_id = ?", group.id());
    } else {
      tx.run("insert into jump_group (id, name) values (?, ?)", group.id(), group.name());
    }
    group.members().forEach((member, permissions) -> insert(tx, group.id(), member, permissions));
    Act act =
        Act.of(
            actor.value(),
            there ? "jump-group.changed" : "jump-group.added",
            Subjects.of(group.id()));
    journal.write(tx, differences(act, before.orElse(nothing(group)), group));
  }

  private static JumpGroup nothing(JumpGroup group) {
    return new JumpGroup(group.id(), group.name(), Map.of());
  }

  private static void insert(
      Tx tx, JumpGroupId id, Principal member, Set<JumpPermission> permissions) {
    tx.run(
        "insert into jump_group_member (group_id, kind, principal, permissions)"
            + " values (?, ?, ?, ?)",
        id,
        Rights.kind(member),
        member.value(),
        Rights.text(permissions));
  }

  /** Each member whose permissions are others now: who widened access must be found later. */
  private static Act differences(Act act, JumpGroup before, JumpGroup after) {
    Act told =
        before.name().equals(after.name())
            ? act
            : act.with("name", before.name() + " -> " + after.name());
    Set<Principal> all = new LinkedHashSet<>(before.members().keySet());
    all.addAll(after.members().keySet());
    for (Principal member : all) {
      String was = permissions(before, member);
      String is = permissions(after, member);
      if (!was.equals(is)) {
        told = told.with(Rights.kind(member) + " " + member.value(), was + " -> " + is);
      }
    }
    return told;
  }

  private static String permissions(JumpGroup group, Principal member) {
    Set<JumpPermission> permissions = group.members().get(member);
    return permissions == null ? "no member" : "member [" + Rights.text(permissions) + "]";
  }

  void remove(PersonId actor, JumpGroupId id) {
    administer(actor, "remove the group", id, tx -> remove(tx, actor, id));
  }

  private void remove(Tx tx, PersonId actor, JumpGroupId id) {
    if (ItemFaults.isMissing(tx, "jump_group", id)) {
      throw new PosternException(
          ErrorCode.CATALOG_ENTRY_NOT_FOUND,
          "there is no group '" + id + "'; list those that there are, or save it first");
    }
    Optional<String> item =
        tx.first("select id from jump_item where group_id = ?", row -> row.text("id"), id);
    if (item.isPresent()) {
      throw new PosternException(
          ErrorCode.CATALOG_ENTRY_IN_USE,
          "group '"
              + id
              + "' cannot be removed while items lie in it, such as jump item '"
              + item.get()
              + "'; move or remove them first");
    }
    tx.run("delete from jump_group_member where group_id = ?", id);
    tx.run("delete from jump_group where id = ?", id);
    journal.write(tx, Act.of(actor.value(), "jump-group.removed", Subjects.of(id)));
  }

  private void administer(PersonId actor, String action, JumpGroupId id, Consumer<Tx> change) {
    changes.attempt(
        actor,
        action,
        Subjects.of(id),
        () -> {
          people.requireWith(actor, Privilege.ADMINISTER_CATALOG, action + " '" + id + "'");
          changes.commit(Subjects.of(id), change);
          return id;
        });
  }
}
