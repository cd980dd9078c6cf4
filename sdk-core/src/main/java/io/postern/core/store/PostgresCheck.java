package io.postern.core.store;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the start whether a database can be trusted with a store. */
final class PostgresCheck {
  private static final Logger log = LoggerFactory.getLogger(PostgresCheck.class);

  /** The first whose extensions an owner of the database may create. */
  private static final int LEAST_VERSION = 13;

  private final boolean allowUnsafe;

  PostgresCheck(boolean allowUnsafe) {
    this.allowUnsafe = allowUnsafe;
  }

  /**
   * Whether transactions run at READ COMMITTED without being told to.
   *
   * @throws PosternException when the database cannot be used
   */
  boolean check(PostgresConnections connections) {
    try {
      return connections.withoutTransaction(this::check);
    } catch (SQLException e) {
      throw new PostgresFaults(false).translate(e, "looking at the database's settings");
    }
  }

  private boolean check(Connection connection) throws SQLException {
    DatabaseMetaData product = connection.getMetaData();
    if (!product.getDatabaseProductName().equals("PostgreSQL")
        || product.getDatabaseMajorVersion() < LEAST_VERSION) {
      throw new PosternException(
          ErrorCode.SETTINGS_INVALID,
          "the data source leads to "
              + product.getDatabaseProductName()
              + " "
              + product.getDatabaseProductVersion()
              + ", the store needs PostgreSQL 13 or later; give such a data source, or none for the"
              + " embedded store");
    }
    List<String> off = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      for (String setting : List.of("fsync", "full_page_writes", "synchronous_commit")) {
        if (show(statement, setting).equals("off")) {
          off.add(setting);
        }
      }
      if (!off.isEmpty()) {
        refuse(String.join(", ", off));
      }
      return show(statement, "default_transaction_isolation").equals("read committed");
    }
  }

  private void refuse(String off) {
    String fault = "the database has turned off " + off + ", so a crash loses acknowledged changes";
    if (!allowUnsafe) {
      throw new PosternException(
          ErrorCode.STORE_UNSAFE,
          fault
              + "; turn on "
              + off
              + " on the server, or call PosternBuilder.allowUnsafeDatabase() for throw-away data");
    }
    log.warn("UNSAFE STORE: {}; going on because the settings allow it", fault);
  }

  private static String show(Statement statement, String setting) throws SQLException {
    try (ResultSet rows = statement.executeQuery("show " + setting)) {
      return rows.next() ? rows.getString(1) : "";
    }
  }
}
