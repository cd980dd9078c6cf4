package io.postern.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Deque;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * A small pool such as a host would have: keeps connections, hands broken ones out no more. Safe
 * for use by several threads.
 */
public final class PooledSource implements DataSource, AutoCloseable {
  private final DataSource source;
  private final Deque<Connection> idle = new ConcurrentLinkedDeque<>();
  private final Semaphore places;

  public PooledSource(DataSource source, int size) {
    this.source = source;
    this.places = new Semaphore(size);
  }

  @Override
  public Connection getConnection() throws SQLException {
    places.acquireUninterruptibly();
    try {
      for (Connection known = idle.poll(); known != null; known = idle.poll()) {
        if (known.isValid(5)) {
          return lent(known);
        }
        known.close();
      }
      return lent(source.getConnection());
    } catch (SQLException | RuntimeException e) {
      places.release();
      throw e;
    }
  }

  private Connection lent(Connection real) {
    return (Connection)
        Proxy.newProxyInstance(
            PooledSource.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                idle.push(real);
                places.release();
                return null;
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** The connections that are not lent. */
  public Iterable<Connection> idle() {
    return idle;
  }

  @Override
  public void close() throws SQLException {
    for (Connection known = idle.poll(); known != null; known = idle.poll()) {
      known.close();
    }
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLException("not here");
  }

  @Override
  public PrintWriter getLogWriter() {
    return new PrintWriter(System.err, true, UTF_8);
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
