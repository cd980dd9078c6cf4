package io.postern.core.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The statements one connection used last. Used by one thread at a time. */
final class StatementCache implements Statements {
  private static final int MOST = 200;

  private final Connection connection;
  private final Map<String, PreparedStatement> idle = new LinkedHashMap<>(64, 0.75f, true);

  StatementCache(Connection connection) {
    this.connection = connection;
  }

  /** Takes it out of the cache, so that a reader may run the same statement again inside. */
  @Override
  public PreparedStatement take(String sql) throws SQLException {
    PreparedStatement known = idle.remove(sql);
    return known != null ? known : connection.prepareStatement(sql);
  }

  @Override
  public void giveBack(String sql, PreparedStatement statement) throws SQLException {
    // The last arguments stay bound, as their rows stay in SQLite's page cache: clearing them has
    // SQLite prepare a statement anew at its next use wherever its plan might depend on them, which
    // took four times as long as the statement.
    PreparedStatement other = idle.put(sql, statement);
    if (other != null) {
      other.close();
    }
    if (idle.size() > MOST) {
      Iterator<PreparedStatement> eldest = idle.values().iterator();
      PreparedStatement dropped = eldest.next();
      eldest.remove();
      dropped.close();
    }
  }
}
