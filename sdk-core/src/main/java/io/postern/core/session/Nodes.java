package io.postern.core.session;

import io.postern.core.store.Database;
import io.postern.core.store.Database.Dialect;
import io.postern.core.store.Ids;
import io.postern.core.store.Tx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * The processes that share a store. Each renews its row; one that stops is dead, and its live
 * connections with it. Time is the database's, so that clocks of processes that differ do no harm.
 */
final class Nodes {
  /** How long a process lives on in the eyes of others after it last renewed. */
  static final Duration LIFE = Duration.ofSeconds(6);

  private final Database database;
  private final InstantSource clock;
  private final String me;

  @Inject
  Nodes(Database database, InstantSource clock, Ids ids) {
    this.database = database;
    this.clock = clock;
    this.me = ids.process();
  }

  /** This process. */
  String me() {
    return me;
  }

  /**
   * Joins. An embedded store has one process at a time, so every other row in it is of a dead one.
   */
  void join() {
    database.change(
        tx -> {
          if (tx.dialect() == Dialect.SQLITE) {
            tx.run("update node set alive_until = 0");
          }
          return tx.run(
              "insert into node (id, started_at, alive_until) values (?, ?, " + now(tx) + " + ?)",
              me,
              clock.instant(),
              LIFE);
        });
  }

  /** Says that this process lives; joins anew if others have declared it dead meanwhile. */
  void renew() {
    int renewed =
        database.changeAtOnce(
            tx ->
                tx.run("update node set alive_until = " + now(tx) + " + ? where id = ?", LIFE, me));
    if (renewed == 0) {
      join();
    }
  }

  List<String> dead() {
    return database.read(
        tx ->
            tx.list(
                "select id from node where alive_until < " + now(tx) + " and id <> ?",
                row -> row.text("id"),
                me));
  }

  /** Forgets a process whose sessions were all taken up. */
  void forget(String node) {
    database.changeAtOnce(tx -> tx.run("delete from node where id = ?", node));
  }

  private static String now(Tx tx) {
    return tx.dialect() == Dialect.POSTGRESQL
        ? "cast(extract(epoch from clock_timestamp()) * 1000 as bigint)"
        : "cast(unixepoch('subsec') * 1000 as integer)";
  }
}
