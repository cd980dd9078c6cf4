package io.postern.core.audit;

import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import io.postern.core.sweep.Sweep;
import jakarta.inject.Inject;
import java.util.List;
import java.util.StringJoiner;

/**
 * Links committed entries into the chain, so that the work that writes them never waits for one
 * another. Links are numbered from 1 without gaps, in the order of sealing, which is that of the
 * entries' numbers unless a transaction with a lower number committed later.
 */
final class AuditSealer implements Sweep {
  /** The newest link. */
  private record Head(long link, String hash) {}

  private static final int BATCH = 200;

  /** Any number that nothing else on the database uses for its locks. */
  private static final long LOCK = 0x506f737465726e02L;

  private final Database database;

  @Inject
  AuditSealer(Database database) {
    this.database = database;
  }

  @Override
  public String name() {
    return "audit sealer";
  }

  @Override
  public boolean sweep() {
    if (!isOwed()) {
      return false;
    }
    // Another node that holds the lock is doing this very work.
    return database.change(tx -> hasLockAtOnce(tx) ? seal(tx) : 0) == BATCH;
  }

  /** Links all that was committed before this call, also when another node is sealing. */
  void sealAll() {
    while (isOwed()) {
      database.change(
          tx -> {
            waitForLock(tx);
            return seal(tx);
          });
    }
  }

  private boolean isOwed() {
    return database
        .read(tx -> tx.first("select 1 as owed from audit where link is null limit 1", row -> true))
        .orElse(false);
  }

  private static int seal(Tx tx) {
    Head head =
        tx.first(
                "select link, hash from audit where link is not null order by link desc limit 1",
                row -> new Head(row.number("link"), row.optionalText("hash").orElse("")))
            .orElse(new Head(0, ""));
    List<AuditRow> waiting =
        tx.list(
            "select " + AuditRow.COLUMNS + " from audit where link is null order by number limit ?",
            AuditRow::read,
            BATCH);
    StringJoiner links = new StringJoiner(",", "[", "]");
    for (AuditRow row : waiting) {
      long link = head.link() + 1;
      head = new Head(link, row.hash(head.hash(), link));
      links.add("[" + row.number() + "," + head.link() + ",\"" + head.hash() + "\"]");
    }
    if (!waiting.isEmpty()) {
      // One statement for all: one for each would cost a busy database more than the entries do.
      tx.run(link(tx.dialect()), links.toString());
    }
    return waiting.size();
  }

  private static String link(Database.Dialect dialect) {
    return "update audit set link = s.link, hash = s.hash from ("
        + (dialect == Database.Dialect.SQLITE
            ? "select value ->> 0 as number, value ->> 1 as link, value ->> 2 as hash"
                + " from json_each(?)"
            : "select cast(value ->> 0 as bigint) as number, cast(value ->> 1 as bigint) as link,"
                + " value ->> 2 as hash from json_array_elements(cast(? as json)) as e (value)")
        + ") as s where audit.number = s.number";
  }

  private static boolean hasLockAtOnce(Tx tx) {
    return tx.dialect() == Database.Dialect.SQLITE
        || tx.first(
                "select case when pg_try_advisory_xact_lock(?) then 1 else 0 end as locked",
                row -> row.flag("locked"),
                LOCK)
            .orElse(false);
  }

  private static void waitForLock(Tx tx) {
    if (tx.dialect() == Database.Dialect.POSTGRESQL) {
      tx.first("select 1 as locked from (select pg_advisory_xact_lock(?)) as l", row -> 1, LOCK);
    }
  }
}
