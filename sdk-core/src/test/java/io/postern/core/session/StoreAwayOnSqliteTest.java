package io.postern.core.session;

import io.postern.core.PosternUnderTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The store can be read and takes nothing, as on a full disk: SQLite says that it is full also
 * where no number is left for another audit entry.
 */
class StoreAwayOnSqliteTest extends StoreAwayContract {
  StoreAwayOnSqliteTest() {
    super(PosternUnderTest.sqlite());
  }

  @Override
  void open() {
    test.postern();
  }

  @Override
  void away(boolean away) throws SQLException {
    String last = away ? String.valueOf(Long.MAX_VALUE) : "(select max(number) from audit)";
    try (Connection store = test.pastPostern();
        Statement statement = store.createStatement()) {
      statement.execute("pragma busy_timeout = 10000");
      statement.executeUpdate("update sqlite_sequence set seq = " + last + " where name = 'audit'");
    }
  }
}
