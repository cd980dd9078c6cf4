package io.postern.core.store;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the schema up to date, one script in a transaction. Nodes that start at once do it one
 * after the other: in PostgreSQL behind a lock, in SQLite there is one writer.
 */
final class Migrations {
  private static final Logger log = LoggerFactory.getLogger(Migrations.class);

  /** All scripts, in order. A script that was released is never changed again: add one. */
  private static final List<String> SCRIPTS = List.of("001-tables.sql");

  /** Any number that no other application on the database uses for its locks. */
  private static final long LOCK = 0x506f737465726e01L;

  private final Database database;
  private final InstantSource clock;
  private final List<Script> scripts;

  Migrations(Database database, InstantSource clock) {
    this(database, clock, SCRIPTS.stream().map(Script::named).toList());
  }

  Migrations(Database database, InstantSource clock, List<Script> scripts) {
    this.database = database;
    this.clock = clock;
    this.scripts = scripts;
  }

  void run() {
    database.change(
        tx -> {
          lock(tx);
          return tx.run(
              "create table if not exists postern_schema (version integer primary key,"
                  + " name text not null, checksum text not null, applied_at bigint not null)");
        });
    scripts.forEach(script -> database.change(tx -> migrate(tx, script)));
  }

  private boolean migrate(Tx tx, Script script) {
    lock(tx);
    if (compare(applied(tx)).contains(script.version())) {
      return false;
    }
    for (String statement : script.statements(tx.dialect())) {
      tx.run(statement);
    }
    tx.run(
        "insert into postern_schema (version, name, checksum, applied_at) values (?, ?, ?, ?)",
        script.version(),
        script.name(),
        script.checksum(),
        clock.instant());
    log.debug("schema script applied script={}", script.name());
    return true;
  }

  private static void lock(Tx tx) {
    if (tx.dialect() == Database.Dialect.POSTGRESQL) {
      tx.first("select 1 as locked from (select pg_advisory_xact_lock(?)) as l", row -> 1, LOCK);
    }
  }

  private static Map<Integer, String> applied(Tx tx) {
    Map<Integer, String> checksums = new TreeMap<>();
    tx.list(
        "select version, checksum from postern_schema",
        row -> checksums.put((int) row.number("version"), row.text("checksum")) == null);
    return checksums;
  }

  /** The versions that are there. */
  private List<Integer> compare(Map<Integer, String> applied) {
    Map<Integer, Script> known =
        scripts.stream().collect(Collectors.toMap(Script::version, script -> script));
    applied.forEach(
        (version, checksum) -> {
          Script script = known.get(version);
          if (script == null) {
            throw new PosternException(
                ErrorCode.STORE_SCHEMA,
                "the store's schema has version "
                    + version
                    + ", this library knows "
                    + scripts.size()
                    + " at most: a newer Postern has used the store; run that version or a later"
                    + " one");
          }
          if (!script.checksum().equals(checksum)) {
            throw new PosternException(
                ErrorCode.STORE_SCHEMA,
                "the store was made with another "
                    + script.name()
                    + " than this library's: its schema is not what this library expects; run the"
                    + " version of Postern that made it, or restore a backup");
          }
        });
    return List.copyOf(applied.keySet());
  }
}
