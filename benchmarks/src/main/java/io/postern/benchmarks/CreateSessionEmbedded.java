package io.postern.benchmarks;

import io.postern.Postern;
import io.postern.core.PosternBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The embedded store beside plain JDBC on a copy of the same file: the same three rows, equally
 * durable, one commit each, one writer at a time because SQLite has no more.
 */
final class CreateSessionEmbedded {
  private final Options options;
  private final int items;
  private final int seconds;
  private final int rounds;

  CreateSessionEmbedded(Options options) {
    this.options = options;
    this.items = options.number("items", 10_000);
    this.seconds = options.number("seconds", 3);
    this.rounds = options.number("rounds", 5);
  }

  void run() throws Exception {
    Path directory = options.directory();
    PosternBuilder builder =
        PosternBuilder.create().people(new Site()).dataFolder(directory).connector("ssh");
    new Site().begin(builder);
    Path store = directory.resolve("postern.db");
    try (Connection connection = open(store)) {
      Site.copyItems(connection, items);
    }
    Path copy = Files.copy(store, directory.resolve("peer.db"));
    try (Postern postern = builder.build();
        Connection plain = open(copy)) {
      Starts starts = new Starts(postern, items);
      PlainStarts peer = new PlainStarts(plain, items);
      Load.run(8, seconds, starts, Load.Rest.NONE, Load.Meter.NONE);
      for (int threads : options.numbers("threads", "1,8,32")) {
        new Rounds()
            .with(
                "Postern",
                () -> Load.run(threads, seconds, starts, Load.Rest.NONE, Load.Meter.NONE))
            .with(
                "plain JDBC, a commit each",
                () -> Load.run(threads, seconds, peer::start, Load.Rest.NONE, Load.Meter.NONE))
            .run(rounds)
            .print("create-session-embedded, threads: " + threads);
      }
    }
  }

  private static Connection open(Path file) throws SQLException {
    Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
    try (Statement statement = connection.createStatement()) {
      statement.execute("pragma journal_mode = wal");
      statement.execute("pragma synchronous = full");
    }
    return connection;
  }

  /** What somebody writes who wants three rows in SQLite, with statements prepared once. */
  private static final class PlainStarts {
    private final Connection connection;
    private final int items;
    private final PreparedStatement session;
    private final PreparedStatement reservation;
    private final PreparedStatement audit;

    PlainStarts(Connection connection, int items) throws SQLException {
      this.connection = connection;
      this.items = items;
      connection.setAutoCommit(false);
      session =
          connection.prepareStatement(
              "insert into session (id, item, item_name, owner, status, end_detail, reason, ticket,"
                  + " language, created_at, starts_at, duration, claim_by, ends_at, frozen_message,"
                  + " extensions, ask_digest, start_when_approved, policy, due_at, version)"
                  + " values (?, ?, '1', 'maya', 'SCHEDULED', '', 'INC-4711', '', 'en', ?, ?, 60000, ?, ?,"
                  + " '', 0, ?, 0, ?, ?, 1)");
      reservation =
          connection.prepareStatement(
              "insert into reservation (session, item, place, taken_from, taken_until)"
                  + " select ?, ?, 0, ?, ? where not exists (select 1 from reservation where item = ?"
                  + " and place = 0 and taken_from < ? and taken_until > ?)");
      audit =
          connection.prepareStatement(
              "insert into audit (at, actor, action, subject, from_state, to_state, why, details)"
                  + " values (?, 'maya', 'session.asked', ?, '', 'SCHEDULED', 'INC-4711', ?)");
    }

    synchronized boolean start() throws SQLException {
      String id = UUID.randomUUID().toString();
      String item = Integer.toString(ThreadLocalRandom.current().nextInt(items) + 1);
      long from =
          Starts.base().toEpochMilli()
              + ThreadLocalRandom.current().nextInt(Starts.SLOTS) * Starts.SLOT.toMillis();
      long until = from + Starts.SLOT.toMillis();
      long now = System.currentTimeMillis();
      run(session, id, item, now, from, until, until, "0".repeat(64), "p".repeat(350), from);
      boolean free = run(reservation, id, item, from, until, item, until, from) == 1;
      run(audit, now, "session:" + id, "{\"item\":\"" + item + "\",\"duration\":\"PT1M\"}");
      if (free) {
        connection.commit();
      } else {
        connection.rollback();
      }
      return free;
    }

    private static int run(PreparedStatement statement, Object... arguments) throws SQLException {
      for (int i = 0; i < arguments.length; i++) {
        statement.setObject(i + 1, arguments[i]);
      }
      return statement.executeUpdate();
    }
  }
}
