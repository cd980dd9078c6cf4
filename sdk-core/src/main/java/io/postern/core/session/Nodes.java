package io.postern.core.session;

import io.postern.core.store.Database;
import io.postern.core.store.Database.Dialect;
import io.postern.core.store.Ids;
import io.postern.core.store.Tx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The processes that share a store. Each renews its row; one that stops is dead, and its live
 * connections with it. Time is the database's, so that clocks of processes that differ do no harm.
 */
final class Nodes {
  /** How long a process lives on in the eyes of others after it last renewed. */
  static final Duration LIFE = Duration.ofSeconds(6);

  /**
   * A renewal after so long is late. Short enough that of processes that renew every third of a
   * life, none can have died of an outage that another one took for a usual pause.
   */
  private static final long LATE_NANOS = LIFE.dividedBy(2).toNanos();

  private final Database database;
  private final InstantSource clock;
  private final String me;
  private final LongSupplier nanos;

  /** When this process last renewed itself, and since when it has done so without a gap. */
  private long renewedAt;

  private long steadySince;

  @Inject
  Nodes(Database database, InstantSource clock, Ids ids) {
    this(database, clock, ids.process(), System::nanoTime);
  }

  /** With a count of nanoseconds that a test drives. */
  Nodes(Database database, InstantSource clock, String me, LongSupplier nanos) {
    this.database = database;
    this.clock = clock;
    this.me = me;
    this.nanos = nanos;
  }

  /** This process. */
  String me() {
    return me;
  }

  /**
   * Joins. An embedded store has one process at a time, so every other row in it is of a dead one.
   */
  void join() {
    write();
    renewed(true);
  }

  private void write() {
    database.change(
        tx -> {
          if (tx.dialect() == Dialect.SQLITE) {
            tx.run("update node set alive_until = 0");
          }
          return tx.run(
              "insert into node (id, started_at, alive_until) values (?, ?, "
                  + tx.dialect().now()
                  + " + ?)",
              me,
              clock.instant(),
              LIFE);
        });
  }

  /** Whether others are to be told that this process lives: an embedded store has no others. */
  boolean needsRenewal() {
    return database.dialect() != Dialect.SQLITE;
  }

  /** Says that this process lives; joins anew if others have declared it dead meanwhile. */
  void renew() {
    int rows =
        database.changeAtOnce(
            tx ->
                tx.run(
                    "update node set alive_until = " + tx.dialect().now() + " + ? where id = ?",
                    LIFE,
                    me));
    if (rows == 0) {
      join();
    } else {
      renewed(false);
    }
  }

  private synchronized void renewed(boolean anew) {
    long now = nanos.getAsLong();
    if (anew || now - renewedAt > LATE_NANOS) {
      steadySince = now;
    }
    renewedAt = now;
  }

  /**
   * Whether this process may judge others. After a time in which the database was away nobody has
   * renewed, and whoever comes back first would take all the others for dead; so they get a whole
   * life to come back, too. Who has not renewed of late cannot know whether it was away.
   */
  private synchronized boolean mayJudge() {
    long now = nanos.getAsLong();
    return !needsRenewal()
        || (now - renewedAt <= LATE_NANOS && now - steadySince >= LIFE.toNanos());
  }

  /** The processes that have not renewed in time; none while this one cannot tell. */
  List<String> dead() {
    if (!mayJudge()) {
      return List.of();
    }
    return database.read(
        tx ->
            tx.list(
                "select id from node where alive_until < " + tx.dialect().now() + " and id <> ?",
                row -> row.text("id"),
                me));
  }

  /** A query for those that live. */
  static String alive(Tx tx) {
    return "select id from node where alive_until >= " + tx.dialect().now();
  }

  /** Whether a process lives in the eyes of others. */
  boolean lives(Tx tx, String node) {
    return tx.first(
            "select id from node where id = ? and alive_until >= " + tx.dialect().now(),
            row -> true,
            node)
        .isPresent();
  }

  /** Forgets a process whose sessions were all taken up. */
  void forget(String node) {
    database.changeAtOnce(tx -> tx.run("delete from node where id = ?", node));
  }
}
