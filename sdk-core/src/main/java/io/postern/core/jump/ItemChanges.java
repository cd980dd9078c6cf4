package io.postern.core.jump;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.connector.Connectors;
import io.postern.core.person.People;
import io.postern.core.store.Tx;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpItemStatus;
import io.postern.jump.JumpPermission;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.spi.connector.ShowsHostKeys;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Adds, changes, removes and reports items. */
final class ItemChanges {
  private final Changes changes;
  private final Journal journal;
  private final People people;
  private final Connectors connectors;
  private final InstantSource clock;

  @Inject
  ItemChanges(
      Changes changes, Journal journal, People people, Connectors connectors, InstantSource clock) {
    this.changes = changes;
    this.journal = journal;
    this.people = people;
    this.connectors = connectors;
    this.clock = clock;
  }

  void save(PersonId actor, JumpItem item) {
    String subject = Subjects.of(item.id());
    changes.attempt(
        actor,
        "save the item",
        subject,
        () -> {
          Person person = people.require(actor);
          Optional<String> ownerFault = ownerFault(person, item);
          boolean provesHost = provesHost(item.method());
          changes.commit(subject, tx -> save(tx, person, item, ownerFault, provesHost));
          return item;
        });
  }

  /** The directory is asked here, before the transaction. */
  private Optional<String> ownerFault(Person person, JumpItem item) {
    return item.personalListOf()
        .filter(owner -> person.may(Privilege.ADMINISTER_CATALOG) && people.find(owner).isEmpty())
        .map(owner -> "the directory knows no person '" + owner + "' for the personal list");
  }

  /** Whether hosts reached by this method prove by a key who they are; not when none is reached. */
  private boolean provesHost(String method) {
    try {
      return connectors.of(method) instanceof ShowsHostKeys;
    } catch (PosternException e) {
      return false;
    }
  }

  private void save(
      Tx tx, Person person, JumpItem item, Optional<String> ownerFault, boolean provesHost) {
    Optional<ItemRow> before = ItemRows.find(tx, item.id());
    SavePermission.require(tx, person, before.map(ItemRow::item), item, provesHost);
    ItemSources.requireByHand(tx, item.id(), clock.instant());
    List<String> faults = ItemFaults.of(tx, item);
    ownerFault.ifPresent(faults::add);
    Changes.requireNone("jump item '" + item.id() + "'", faults);
    write(tx, person.id().value(), before, item);
  }

  /** Adds an item that has no faults, or replaces it; says whether that changed anything. */
  boolean write(Tx tx, String actor, Optional<ItemRow> before, JumpItem item) {
    if (before.isPresent()) {
      return replace(tx, actor, before.get(), item);
    }
    ItemRows.insert(tx, item);
    Act added = Act.of(actor, "jump-item.added", Subjects.of(item.id()));
    journal.write(tx, ItemDifference.added(added, item));
    return true;
  }

  private boolean replace(Tx tx, String actor, ItemRow before, JumpItem item) {
    Act act = Act.of(actor, "jump-item.changed", Subjects.of(item.id()));
    Optional<Act> changed = ItemDifference.between(act, before.item(), item);
    if (changed.isEmpty()) {
      return false;
    }
    Changes.requireStill(ItemRows.update(tx, item, before.version()), "jump item " + item.id());
    journal.write(tx, changed.get());
    JumpItem old = before.item();
    if (!old.host().equals(item.host()) || old.port() != item.port()) {
      // What was known of the old endpoint says nothing about the new one.
      setStatus(tx, item.id(), JumpItemStatus.UNKNOWN, Optional.empty());
      int forgotten = HostKeyRows.forget(tx, item.id());
      if (forgotten > 0) {
        journal.write(
            tx,
            Act.of(actor, "host-key.forgotten", Subjects.of(item.id()))
                .with("keys", forgotten)
                .because("the item was pointed to another host or port"));
      }
    }
    return true;
  }

  void remove(PersonId actor, JumpItemId id) {
    String subject = Subjects.of(id);
    changes.attempt(
        actor,
        "remove the item",
        subject,
        () -> {
          Person person = people.require(actor);
          changes.commit(subject, tx -> remove(tx, person, id));
          return id;
        });
  }

  private void remove(Tx tx, Person person, JumpItemId id) {
    ItemRow row = DefaultDenyJudge.visible(tx, person, id);
    SavePermission.require(tx, person, row.item(), JumpPermission.REMOVE);
    ItemSources.requireByHand(tx, id, clock.instant());
    // Somebody may have moved it to where this person may not remove it.
    delete(tx, person.id().value(), row);
  }

  /** Removes an item, unless somebody was faster since the row was read. */
  void delete(Tx tx, String actor, ItemRow row) {
    JumpItemId id = row.item().id();
    int removed = tx.run("delete from jump_item where id = ? and version = ?", id, row.version());
    Changes.requireStill(removed == 1, "jump item " + id);
    // An item that is added under the same id later is another one.
    tx.run("delete from person_use where item = ?", id);
    ItemRows.buried(tx, id, clock.instant());
    journal.write(
        tx, ItemDifference.added(Act.of(actor, "jump-item.removed", Subjects.of(id)), row.item()));
  }

  void report(PersonId actor, JumpItemId id, JumpItemStatus status) {
    String subject = Subjects.of(id);
    changes.attempt(
        actor,
        "report the item's status",
        subject,
        () -> {
          people.requireWith(actor, Privilege.ADMINISTER_CATALOG, "report the status of items");
          if (status == JumpItemStatus.DISABLED) {
            throw new PosternException(
                ErrorCode.CATALOG_INVALID,
                "'"
                    + id
                    + "' cannot be reported as DISABLED: that is no observation but a decision;"
                    + " save the item as disabled instead");
          }
          changes.commit(subject, tx -> report(tx, actor, id, status));
          return id;
        });
  }

  private void report(Tx tx, PersonId actor, JumpItemId id, JumpItemStatus status) {
    ItemRow row = ItemRows.find(tx, id).orElseThrow(() -> DefaultDenyJudge.notFound(id));
    if (row.reported() == status) {
      return;
    }
    setStatus(
        tx,
        id,
        status,
        status == JumpItemStatus.ONLINE ? Optional.of(clock.instant()) : Optional.empty());
    journal.write(
        tx,
        Act.of(actor.value(), "jump-item.reported", Subjects.of(id))
            .moving(row.reported().name(), status.name()));
  }

  /** No new version: it says how the item is, not how it is described. */
  static void setStatus(
      Tx tx, JumpItemId id, JumpItemStatus status, Optional<Instant> onlineSince) {
    tx.run(
        "update jump_item set status = ?, online_since = ? where id = ?", status, onlineSince, id);
  }
}
