package io.postern.core.jump;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.connector.Connectors;
import io.postern.core.person.People;
import io.postern.core.store.Database;
import io.postern.core.store.Ids;
import io.postern.core.store.Tx;
import io.postern.jump.HostKey;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.spi.CallContext;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.connector.ShowsHostKeys;
import io.postern.spi.connector.ShowsHostKeys.ShowHostKeyRequest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Enrols, pins and forgets host keys (rule INJ-5). */
final class HostKeyChanges {
  private static final Duration LONGEST_CALL = Duration.ofSeconds(15);

  private final Database database;
  private final Changes changes;
  private final Journal journal;
  private final People people;
  private final Connectors connectors;
  private final Ids ids;
  private final InstantSource clock;

  @Inject
  HostKeyChanges(
      Database database,
      Changes changes,
      Journal journal,
      People people,
      Connectors connectors,
      Ids ids,
      InstantSource clock) {
    this.database = database;
    this.changes = changes;
    this.journal = journal;
    this.people = people;
    this.connectors = connectors;
    this.ids = ids;
    this.clock = clock;
  }

  HostKey enrol(PersonId actor, JumpItemId id) {
    return changes.attempt(
        actor,
        "enrol the host key",
        Subjects.of(id),
        () -> {
          Person person = administrator(actor);
          JumpItem item = database.read(tx -> item(tx, id));
          HostKey shown = shown(person, item);
          changes.commit(Subjects.of(id), tx -> enrol(tx, actor, item, shown));
          return shown;
        });
  }

  /** Asks the endpoint; outside any transaction, because it takes as long as the network likes. */
  private HostKey shown(Person person, JumpItem item) {
    Endpoint endpoint = Connectors.endpoint(item);
    CallContext call =
        new CallContext(
            person,
            Optional.empty(),
            Optional.of(item.id()),
            "host key enrolment",
            ids.next(),
            clock.instant().plus(LONGEST_CALL));
    if (!(connectors.of(item.method()) instanceof ShowsHostKeys connector)) {
      throw new PosternException(
          ErrorCode.CAPABILITY_MISSING,
          "'"
              + item.name()
              + "' is reached by '"
              + item.method()
              + "', whose hosts show no key, so there is none to enrol; connect without one");
    }
    HostKey shown = connector.showHostKey(new ShowHostKeyRequest(endpoint, call));
    if (shown == null) {
      throw new PosternException(
          ErrorCode.PLUGIN_FAILED,
          "the connector '"
              + item.method()
              + "' showed no host key of '"
              + item.name()
              + "' and no reason; whoever wrote it must mend that");
    }
    return HostKeyRows.canonical(shown);
  }

  private void enrol(Tx tx, PersonId actor, JumpItem asked, HostKey shown) {
    HostKeyRows.lock(tx, asked.id());
    JumpItem now = item(tx, asked.id());
    if (!now.host().equals(asked.host()) || now.port() != asked.port()) {
      throw new PosternException(
          ErrorCode.ILLEGAL_CHANGE,
          "'"
              + now.name()
              + "' was pointed to another host while its key was asked for; enrol it again");
    }
    Optional<HostKey> known = HostKeyRows.ofType(tx, now.id(), shown.algorithm());
    if (known.isPresent()) {
      if (!known.get().equals(shown)) {
        throw EnrolledKeys.changed(now, List.of(known.get()), shown);
      }
      return;
    }
    HostKeyRows.enrol(tx, now.id(), shown, actor, clock.instant());
    journal.write(tx, act(actor, "host-key.enrolled", now).with("key", shown));
  }

  void pin(PersonId actor, JumpItemId id, HostKey key) {
    HostKey pinned = HostKeyRows.canonical(key);
    changes.attempt(
        actor,
        "pin a host key",
        Subjects.of(id),
        () -> {
          administrator(actor);
          changes.commit(Subjects.of(id), tx -> pin(tx, actor, id, pinned));
          return id;
        });
  }

  private void pin(Tx tx, PersonId actor, JumpItemId id, HostKey key) {
    HostKeyRows.lock(tx, id);
    JumpItem item = item(tx, id);
    Optional<HostKey> before = HostKeyRows.ofType(tx, id, key.algorithm());
    if (before.equals(Optional.of(key))) {
      return;
    }
    HostKeyRows.forget(tx, id, key.algorithm());
    HostKeyRows.enrol(tx, id, key, actor, clock.instant());
    journal.write(
        tx,
        act(actor, "host-key.pinned", item)
            .with("key", key)
            .with("before", before.map(HostKey::toString).orElse("none")));
  }

  void forget(PersonId actor, JumpItemId id) {
    changes.attempt(
        actor,
        "forget the host keys",
        Subjects.of(id),
        () -> {
          administrator(actor);
          changes.commit(
              Subjects.of(id),
              tx -> {
                JumpItem item = item(tx, id);
                List<HostKey> keys = HostKeyRows.of(tx, id);
                if (HostKeyRows.forget(tx, id) > 0) {
                  journal.write(
                      tx,
                      act(actor, "host-key.forgotten", item)
                          .with("keys", EnrolledKeys.fingerprints(keys)));
                }
              });
          return id;
        });
  }

  private Person administrator(PersonId actor) {
    return people.requireWith(
        actor, Privilege.ADMINISTER_CATALOG, "say which host keys are trusted");
  }

  private static JumpItem item(Tx tx, JumpItemId id) {
    return ItemRows.find(tx, id)
        .map(ItemRow::item)
        .orElseThrow(() -> DefaultDenyJudge.notFound(id));
  }

  private static Act act(PersonId actor, String action, JumpItem item) {
    return Act.of(actor.value(), action, Subjects.of(item.id()))
        .with("host", item.host() + ":" + item.port());
  }
}
