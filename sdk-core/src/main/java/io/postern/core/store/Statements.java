package io.postern.core.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.slf4j.LoggerFactory;

/** Where a connection's prepared statements come from and go back to. */
interface Statements {
  PreparedStatement take(String sql) throws SQLException;

  /** Called when a statement that was taken has done its work. */
  void giveBack(String sql, PreparedStatement statement) throws SQLException;

  /**
   * Called instead of giving it back when it failed; never throws, which would hide the failure.
   */
  static void drop(PreparedStatement statement) {
    try {
      statement.close();
    } catch (SQLException e) {
      LoggerFactory.getLogger(Statements.class).debug("closing a statement failed", e);
    }
  }

  /** Prepares anew each time: for drivers that keep a cache of their own. */
  static Statements uncached(Connection connection) {
    return new Statements() {
      @Override
      public PreparedStatement take(String sql) throws SQLException {
        return connection.prepareStatement(sql);
      }

      @Override
      public void giveBack(String sql, PreparedStatement statement) throws SQLException {
        statement.close();
      }
    };
  }
}
