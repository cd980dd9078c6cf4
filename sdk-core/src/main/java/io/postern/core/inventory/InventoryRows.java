package io.postern.core.inventory;

import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.store.Database;
import io.postern.core.store.Database.Dialect;
import io.postern.core.store.Ids;
import io.postern.core.store.Tx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** When each inventory is to be asked, by whom, and what came of it. */
final class InventoryRows {
  static final String ACTOR = "postern:inventory";

  /** Longer than any asking lasts; after it another process takes over from one that crashed. */
  static final Duration CLAIM = Duration.ofMinutes(10);

  private static final int LONGEST_TEXT = 2_000;

  private final Database database;
  private final Journal journal;
  private final InstantSource clock;
  private final String me;

  @Inject
  InventoryRows(Database database, Journal journal, InstantSource clock, Ids ids) {
    this.database = database;
    this.journal = journal;
    this.clock = clock;
    this.me = ids.process();
  }

  /** What came of the last asking. */
  record Before(String failure, String faults) {}

  /** A process begins: it may place items in another way, so they are to be looked at now. */
  void open(Set<String> names) {
    Instant now = clock.instant();
    // An embedded store has one process at a time, so whoever else asks one is dead.
    boolean alone = database.dialect() == Dialect.SQLITE;
    database.change(
        tx -> {
          for (String name : names) {
            tx.run(
                "insert into inventory (name, due_at, failure, faults) values (?, ?, '', '')"
                    + " on conflict (name) do update set due_at ="
                    + " case when inventory.node is null or ? = 1"
                    + " then excluded.due_at else inventory.due_at end",
                name,
                now,
                alone);
          }
          return true;
        });
  }

  /** Those that are to be asked now. */
  List<String> due() {
    return database.readAtOnce(
        tx ->
            tx.list(
                "select name from inventory where due_at <= ? order by due_at",
                row -> row.text("name"),
                clock.instant()));
  }

  /** Whether this process is to ask it, and no other meanwhile. */
  boolean claim(String name) {
    Instant now = clock.instant();
    return database.changeAtOnce(
            tx ->
                tx.run(
                    "update inventory set node = ?, due_at = ? where name = ? and due_at <= ?",
                    me,
                    now.plus(CLAIM),
                    name,
                    now))
        == 1;
  }

  /** It answered. What is told again and again is written to the audit once. */
  void answered(String name, int changed, List<String> faults, Duration every) {
    String text = bounded(String.join("; ", faults));
    database.change(
        tx -> {
          Optional<Before> before = before(tx, name);
          Instant now = clock.instant();
          tx.run(
              "update inventory set node = null, due_at = ?, synced_at = ?, failure = '',"
                  + " faults = ? where name = ? and node = ?",
              now.plus(every),
              now,
              text,
              name,
              me);
          if (changed > 0 || before.filter(was -> !was.failure().isEmpty()).isPresent()) {
            journal.write(tx, act("inventory.synced", name).with("items", changed));
          }
          if (!text.isEmpty() && before.filter(was -> was.faults().equals(text)).isEmpty()) {
            journal.write(
                tx,
                act("inventory.items-refused", name).with("items", faults.size()).because(text));
          }
          return true;
        });
  }

  /** It did not answer; its items stay as they were. */
  void failed(String name, String why, Duration again) {
    String text = bounded(why);
    database.change(
        tx -> {
          Optional<Before> before = before(tx, name);
          tx.run(
              "update inventory set node = null, due_at = ?, failure = ? where name = ?"
                  + " and node = ?",
              clock.instant().plus(again),
              text,
              name,
              me);
          if (before.filter(was -> was.failure().equals(text)).isEmpty()) {
            journal.write(tx, act("inventory.failed", name).because(text));
          }
          return true;
        });
  }

  private static Optional<Before> before(Tx tx, String name) {
    return tx.first(
        "select failure, faults from inventory where name = ?",
        row -> new Before(row.text("failure"), row.text("faults")),
        name);
  }

  private static Act act(String action, String name) {
    return Act.of(ACTOR, action, "inventory:" + name);
  }

  private static String bounded(String text) {
    String storable = text.replace('\0', ' ');
    return storable.length() <= LONGEST_TEXT ? storable : storable.substring(0, LONGEST_TEXT);
  }
}
