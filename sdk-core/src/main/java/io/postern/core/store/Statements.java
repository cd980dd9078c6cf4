package io.postern.core.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Where a connection's prepared statements come from and go back to. */
interface Statements {
  PreparedStatement take(String sql) throws SQLException;

  /** Called once for each statement taken, also after a failure. */
  void giveBack(String sql, PreparedStatement statement) throws SQLException;

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
