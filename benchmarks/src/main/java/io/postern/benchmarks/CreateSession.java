package io.postern.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import io.postern.Postern;
import io.postern.core.PosternBuilder;
import io.postern.session.SessionDetail;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * Goal P7 on PostgreSQL: starts through the public API beside pgbench, which runs the statement
 * that those starts sent. Each has a database of its own on one server, so that our sweeps do not
 * work on the peer's rows.
 */
final class CreateSession {
  private static final String OURS = "ours";
  private static final String PEERS = "peers";

  private final Options options;
  private final int items;
  private final int rows;
  private final int seconds;
  private final int rounds;

  CreateSession(Options options) {
    this.options = options;
    this.items = options.number("items", 10_000);
    this.rows = options.number("rows", 10_000);
    this.seconds = options.number("seconds", 3);
    this.rounds = options.number("rounds", 5);
  }

  void run() throws Exception {
    Path directory = options.directory();
    try (PostgresServer server = PostgresServer.start(directory)) {
      StartScripts scripts = prepare(server, directory);
      Optional<Pgbench> pgbench = Pgbench.find(options, server, directory);
      System.out.println(
          pgbench
              .map(found -> "peer: " + found.program())
              .orElse("no pgbench on the path, and no --pgbench: ours alone"));
      try (HikariDataSource pool = server.pool(OURS, options.number("pool", 8));
          Postern postern = builder(pool, directory).build()) {
        Starts starts = new Starts(postern, items);
        Load.run(8, options.number("warm-up", 20), starts, () -> awaitSealed(server), () -> 0);
        for (int clients : options.numbers("threads", "1,8,32")) {
          Rounds turns = new Rounds().with("Postern", ours(server, starts, clients));
          pgbench.ifPresent(
              peer -> {
                Map<String, String> variables = scripts.variables(items);
                turns.with(
                    "pgbench, same statement",
                    () -> peer.run(PEERS, scripts.oneStatement(), variables, clients, seconds));
                turns.with(
                    "pgbench, four statements",
                    () -> peer.run(PEERS, scripts.fourStatements(), variables, clients, seconds));
              });
          turns.run(rounds).print("create-session, clients: " + clients + ", rows before: " + rows);
        }
        hotItem(server, postern, scripts, pgbench);
      }
    }
  }

  private void hotItem(
      PostgresServer server, Postern postern, StartScripts scripts, Optional<Pgbench> pgbench)
      throws Exception {
    int clients = 8;
    Rounds turns = new Rounds().with("Postern", ours(server, new Starts(postern, 1), clients));
    pgbench.ifPresent(
        peer -> {
          Map<String, String> variables = scripts.variables(1);
          turns.with(
              "pgbench, same statement",
              () -> peer.run(PEERS, scripts.oneStatement(), variables, clients, seconds));
          turns.with(
              "pgbench, select for update",
              () -> peer.run(PEERS, scripts.lockedItem(), variables, clients, seconds));
        });
    turns.run(rounds).print("one item for all, clients: " + clients);
  }

  private Rounds.Contender ours(PostgresServer server, Starts starts, int threads) {
    return () -> Load.run(threads, seconds, starts, () -> awaitSealed(server), server::cpuSeconds);
  }

  /** Our CPU figures include the linking of the audit entries, which pgbench leaves undone. */
  private static void awaitSealed(PostgresServer server) throws SQLException {
    try (Connection connection = server.source(OURS).getConnection();
        Statement statement = connection.createStatement()) {
      boolean owed = true;
      while (owed) {
        LockSupport.parkNanos(20_000_000);
        try (ResultSet found =
            statement.executeQuery("select 1 from audit where link is null limit 1")) {
          owed = found.next();
        }
      }
    }
  }

  private StartScripts prepare(PostgresServer server, Path directory) throws Exception {
    server.run("postgres", "create database " + OURS);
    Site site = new Site();
    site.begin(builder(server.source(OURS), directory));
    try (Connection connection = server.source(OURS).getConnection()) {
      Site.copyItems(connection, items);
    }
    StartScripts[] scripts = new StartScripts[1];
    SessionDetail[] started = new SessionDetail[1];
    CapturedStatement captured =
        CapturedStatement.during(
            server.source(OURS),
            sql -> sql.contains("insert into session "),
            source -> {
              try (Postern postern = builder(source, directory).build()) {
                started[0] = new Starts(postern, items).one(1).detail();
              }
            });
    long from = started[0].start().orElseThrow().toEpochMilli();
    scripts[0] =
        new StartScripts(
            captured,
            new StartScripts.Known(
                started[0].id().value(),
                started[0].item().value(),
                from,
                from + Starts.SLOT.toMillis()));
    if (rows > 0) {
      fill(server);
    }
    server.run("postgres", "create database " + PEERS + " template " + OURS);
    server.run(PEERS, StartScripts.LOCKED_TABLE, "vacuum analyze");
    server.run(OURS, "vacuum analyze", "checkpoint");
    return scripts[0];
  }

  /** Sessions of the past with their reservations and linked audit entries. */
  private void fill(PostgresServer server) throws SQLException {
    String from = "(1600000000000 + g.i / " + items + " * 60000)";
    String count = " from generate_series(1, " + rows + ") as g (i)";
    server.run(
        OURS,
        "insert into session (id, item, item_name, owner, status, end_reason, end_detail, reason,"
            + " ticket, language, created_at, starts_at, duration, claim_by, ends_at, ended_at,"
            + " frozen_message, extensions, ask_digest, start_when_approved, policy, version)"
            + " select 'past' || g.i, cast(g.i % "
            + items
            + " + 1 as text), 'past', 'maya', 'ENDED', 'EXPIRED', '', 'INC-4711', '', 'en', "
            + from
            + ", "
            + from
            + ", 60000, "
            + from
            + ", "
            + from
            + ", "
            + from
            + ", '', 0, '', 0, s.policy, 3"
            + count
            + ", (select policy from session limit 1) s",
        "insert into reservation (session, item, place, taken_from, taken_until) select 'past' || g.i,"
            + " cast(g.i % "
            + items
            + " + 1 as text), 0, "
            + from
            + ", "
            + from
            + " + 60000"
            + count,
        "insert into audit (at, actor, action, subject, from_state, to_state, why, details, link, hash)"
            + " select "
            + from
            + ", 'maya', 'session.asked', 'session:past' || g.i, '', 'SCHEDULED', 'INC-4711', '{}',"
            + " 1000000 + g.i, repeat('0', 64)"
            + count);
  }

  private static PosternBuilder builder(DataSource source, Path directory) {
    return PosternBuilder.create()
        .people(new Site())
        .dataFolder(directory.resolve("postern"))
        .connector("ssh")
        .dataSource(source);
  }
}
