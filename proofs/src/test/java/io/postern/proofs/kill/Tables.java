package io.postern.proofs.kill;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Reads the store's tables past Postern. */
final class Tables implements AutoCloseable {
  private final Connection connection;

  private Tables(Connection connection) {
    this.connection = connection;
  }

  static Tables of(Stand stand) {
    try {
      return new Tables(
          stand.isEmbedded()
              ? DriverManager.getConnection(
                  "jdbc:sqlite:" + stand.directory().resolve("store").resolve("postern.db"))
              : stand.server().getConnection());
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Each row's columns, with spaces between them. */
  List<String> list(String sql, Object... arguments) {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < arguments.length; i++) {
        statement.setObject(i + 1, arguments[i]);
      }
      List<String> rows = new ArrayList<>();
      try (ResultSet found = statement.executeQuery()) {
        while (found.next()) {
          List<String> columns = new ArrayList<>();
          for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
            columns.add(found.getString(i));
          }
          rows.add(String.join(" ", columns.stream().map(String::valueOf).toList()));
        }
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
