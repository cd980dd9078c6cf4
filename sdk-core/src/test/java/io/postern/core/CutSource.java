package io.postern.core;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.logging.Logger;
import javax.sql.DataSource;

/** A data source whose way to the database can be cut, as a network does. */
public final class CutSource implements DataSource {
  private final DataSource source;
  private volatile boolean cut;

  CutSource(DataSource source) {
    this.source = source;
  }

  /** From now on nothing reaches the database, or everything again. */
  public void cut(boolean off) {
    cut = off;
  }

  @Override
  public Connection getConnection() throws SQLException {
    if (cut) {
      throw new SQLException("the line is cut", "08001");
    }
    return source.getConnection();
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return getConnection();
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return source.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) {}

  @Override
  public void setLoginTimeout(int seconds) {}

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getGlobal();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLException("not here");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
