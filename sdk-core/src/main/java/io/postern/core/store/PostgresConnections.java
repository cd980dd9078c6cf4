package io.postern.core.store;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Borrows connections from the host's data source and gives them back as they came. */
final class PostgresConnections {
  /** Something done on a borrowed connection. */
  interface Use<T> {
    T with(Connection connection) throws SQLException;
  }

  private static final Logger log = LoggerFactory.getLogger(PostgresConnections.class);

  /** Causes may go in a circle. */
  private static final int DEEPEST_CAUSE = 20;

  private final DataSource source;

  PostgresConnections(DataSource source) {
    this.source = source;
  }

  /** Runs each statement on its own. */
  <T> T withoutTransaction(Use<T> use) throws SQLException {
    return borrow(true, use);
  }

  /** Runs statements up to a commit or roll back that {@code use} does itself. */
  <T> T inTransaction(Use<T> use) throws SQLException {
    return borrow(false, use);
  }

  private <T> T borrow(boolean autoCommit, Use<T> use) throws SQLException {
    Connection connection = connection();
    try {
      boolean before = connection.getAutoCommit();
      if (before != autoCommit) {
        connection.setAutoCommit(autoCommit);
      }
      try {
        return use.with(connection);
      } finally {
        restore(connection, before, autoCommit);
      }
    } finally {
      giveBack(connection);
    }
  }

  private Connection connection() {
    try {
      Connection connection = source.getConnection();
      if (connection == null) {
        throw new SQLException("the data source gave no connection");
      }
      return connection;
    } catch (SQLException | RuntimeException | LinkageError e) {
      if (lacksDriver(e)) {
        throw new PosternException(
            ErrorCode.STORE_DRIVER_MISSING,
            "the data source finds no JDBC driver for the store: add the dependency"
                + " org.postgresql:postgresql, and see that the data source's address begins with"
                + " jdbc:postgresql:",
            e);
      }
      throw new PosternException(
          ErrorCode.STORE_UNAVAILABLE,
          "the data source gave no connection to the store; nothing was changed; see the cause, and"
              + " whether the database runs and the pool is large enough",
          e);
    }
  }

  /**
   * Whether the driver is what lacks. Pools wrap what they met, and say it in words only:
   * DriverManager has no code of its own for it.
   */
  private static boolean lacksDriver(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < DEEPEST_CAUSE; depth++) {
      String text = String.valueOf(cause.getMessage());
      boolean noClass =
          (cause instanceof ClassNotFoundException || cause instanceof NoClassDefFoundError)
              && text.replace('/', '.').contains("org.postgresql.");
      if (noClass || (cause instanceof SQLException && text.startsWith("No suitable driver"))) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  private static void restore(Connection connection, boolean before, boolean used) {
    try {
      if (!used) {
        // Nothing is left to roll back, unless the use failed.
        connection.rollback();
      }
      if (before != used) {
        connection.setAutoCommit(before);
      }
    } catch (SQLException e) {
      // In an unknown state: the next borrower must not inherit our transaction.
      log.debug("a connection could not be restored and is dropped", e);
      abort(connection);
    }
  }

  private static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      log.debug("a connection could not be dropped", e);
    }
  }

  private static void giveBack(Connection connection) {
    try {
      connection.close();
    } catch (SQLException e) {
      log.debug("a connection could not be given back", e);
    }
  }
}
