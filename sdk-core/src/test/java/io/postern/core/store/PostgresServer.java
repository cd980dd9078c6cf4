package io.postern.core.store;

import io.postern.testing.FreePort;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicInteger;
import org.postgresql.ds.PGSimpleDataSource;

/** An embedded PostgreSQL with its durability on, which the library's default turns off. */
public final class PostgresServer implements AutoCloseable {
  private final EmbeddedPostgres server;
  private final AtomicInteger made = new AtomicInteger();

  private PostgresServer(EmbeddedPostgres server) {
    this.server = server;
  }

  static PostgresServer start() {
    return start("on");
  }

  static PostgresServer start(String durability) {
    try {
      return new PostgresServer(
          builder()
              .setServerConfig("fsync", durability)
              .setServerConfig("full_page_writes", durability)
              .setServerConfig("synchronous_commit", durability)
              .setServerConfig("max_connections", "200")
              .start());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With a port that stays free until it starts, and time to start on a busy machine. */
  public static EmbeddedPostgres.Builder builder() {
    return EmbeddedPostgres.builder()
        .setPort(FreePort.find())
        .setPGStartupWait(Duration.ofMinutes(2));
  }

  EmbeddedPostgres embedded() {
    return server;
  }

  /** Makes the schema once; {@link #createDatabase} then copies it. */
  PostgresServer prepare() {
    execute("create database postern_template");
    try (Database migrated =
        PostgresStore.open(source("postern_template"), InstantSource.system(), false)) {
      migrated.read(tx -> tx.list("select version from postern_schema", row -> 1));
    }
    return this;
  }

  /** A new database with Postern's schema in it. */
  String createDatabase() {
    String name = "test_" + made.incrementAndGet();
    execute("create database " + name + " template postern_template");
    return name;
  }

  String createEmptyDatabase() {
    String name = "test_" + made.incrementAndGet();
    execute("create database " + name);
    return name;
  }

  void dropDatabase(String name) {
    execute("drop database if exists " + name + " with (force)");
  }

  PGSimpleDataSource source(String database) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"localhost"});
    source.setPortNumbers(new int[] {server.getPort()});
    source.setUser("postgres");
    source.setDatabaseName(database);
    return source;
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void execute(String sql) {
    try (Connection connection = source("postgres").getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
