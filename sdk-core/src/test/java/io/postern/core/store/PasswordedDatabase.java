package io.postern.core.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A PostgreSQL of its own that asks one role for its password; everyone else it believes. */
public final class PasswordedDatabase implements BeforeAllCallback, AfterAllCallback {
  private final String role;
  private final String password;
  private PostgresServer server;
  private String name;

  public PasswordedDatabase(String role, String password) {
    this.role = role;
    this.password = password;
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    server = PostgresServer.start("off");
    name = server.createEmptyDatabase();
    run("create role " + role + " login password '" + password + "'");
    run("create table ledger as select 0 as entries");
    run("grant all on ledger to " + role);
    Path hba = Path.of(ask("show hba_file"));
    Files.writeString(
        hba, "host all " + role + " 127.0.0.1/32 scram-sha-256\n" + Files.readString(hba));
    run("select pg_reload_conf()");
    // It reads the file at its leisure.
    while (!ask("select count(*) from pg_hba_file_rules where auth_method = 'scram-sha-256'")
        .equals("1")) {
      Thread.onSpinWait();
    }
  }

  /** Changes the role's password. */
  public void password(String other) throws SQLException {
    run("alter role " + role + " password '" + other + "'");
  }

  /** How many of the server's processes are so. */
  public int count(String where) {
    try {
      return Integer.parseInt(
          ask(
              "select count(*) from pg_stat_activity where pid <> pg_backend_pid() and ("
                  + where
                  + ")"));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** How many entries were committed to the ledger, a table that the role may write to. */
  public int ledger() throws SQLException {
    return Integer.parseInt(ask("select entries from ledger"));
  }

  public int port() {
    return server.embedded().getPort();
  }

  public String name() {
    return name;
  }

  private void run(String sql) throws SQLException {
    try (Connection connection = server.source(name).getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String ask(String sql) throws SQLException {
    try (Connection connection = server.source(name).getConnection();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      result.next();
      return result.getString(1);
    }
  }

  @Override
  public void afterAll(ExtensionContext context) {
    server.close();
  }
}
