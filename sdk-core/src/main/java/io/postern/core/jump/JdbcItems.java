package io.postern.core.jump;

import io.postern.core.audit.Journal;
import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import io.postern.jump.HostKey;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPolicy;
import io.postern.person.PersonId;
import io.postern.spi.connector.Connector.HostKeys;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** The catalog's rows for the other rooms. */
final class JdbcItems implements Items {
  private final Database database;
  private final Journal journal;
  private final InstantSource clock;

  @Inject
  JdbcItems(Database database, Journal journal, InstantSource clock) {
    this.database = database;
    this.journal = journal;
    this.clock = clock;
  }

  @Override
  public Optional<JumpItem> find(Tx tx, JumpItemId id) {
    return ItemRows.find(tx, id).map(ItemRow::item);
  }

  @Override
  public List<HostKey> hostKeys(Tx tx, JumpItemId id) {
    return HostKeyRows.of(tx, id);
  }

  @Override
  public HostKeys judgeOf(JumpItem item, PersonId person) {
    return new EnrolledKeys(database, journal, clock, item, person);
  }

  @Override
  public void used(Tx tx, PersonId person, JumpItemId item) {
    Instant now = clock.instant();
    // No new version: what is judged by it, such as an approval, does not depend on use.
    int there = tx.run("update jump_item set last_accessed_at = ? where id = ?", now, item);
    if (there == 1) {
      tx.run(
          "insert into person_use (person, item, uses, last_used_at) values (?, ?, 1, ?)"
              + " on conflict (person, item) do update"
              + " set uses = person_use.uses + 1, last_used_at = excluded.last_used_at",
          person,
          item,
          now);
    }
  }

  @Override
  public String document(JumpPolicy policy) {
    return PolicyDocuments.of(policy);
  }

  @Override
  public JumpPolicy policy(String document) {
    return PolicyDocuments.jumpPolicy(document);
  }
}
