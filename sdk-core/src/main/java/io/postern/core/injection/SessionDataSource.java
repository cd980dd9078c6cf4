package io.postern.core.injection;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.spi.injection.Injector.Gate;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.SQLInvalidAuthorizationSpecException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Opens connections with a credential, and closes them all with the session. */
final class SessionDataSource implements InjectedDataSource {
  private static final org.slf4j.Logger log = LoggerFactory.getLogger(SessionDataSource.class);
  private static final long PATIENCE = Duration.ofSeconds(25).toNanos();

  private final Driver driver;
  private final String url;
  private final Properties properties;
  private final Credential credential;
  private final Secret password;
  private final int most;
  private final Gate gate;
  private final Set<Connection> open = new HashSet<>();
  private final Set<Statement> running = ConcurrentHashMap.newKeySet();
  private final OneTry tries;
  private int opening;
  private boolean closed;

  SessionDataSource(
      Driver driver,
      String url,
      Properties properties,
      Credential credential,
      int most,
      Gate gate) {
    this.driver = driver;
    this.url = url;
    this.properties = properties;
    this.credential = credential;
    this.password = credential.secrets().get(0);
    this.most = most;
    this.gate = gate;
    this.tries = new OneTry(url);
  }

  @Override
  public Connection getConnection() throws SQLException {
    gate.requireOpen();
    Connection bare = open();
    return GatedJdbc.connection(bare, gate, running, () -> forget(bare));
  }

  /** Opens one connection and closes it. */
  void prove() throws SQLException {
    Connection proof = open();
    forget(proof);
    proof.close();
  }

  private Connection open() throws SQLException {
    reserve();
    Connection opened = null;
    try {
      opened = connectInTurn();
      return opened;
    } finally {
      settle(opened);
    }
  }

  /**
   * One at a time, also when it was right before: where it was changed meanwhile, as many wrong
   * ones as are opened at once could lock the account.
   */
  private Connection connectInTurn() throws SQLException {
    OneTry.Leave leave;
    try {
      leave = tries.begin(Duration.ofNanos(PATIENCE));
    } catch (PosternException e) {
      throw untried(e);
    }
    return connect(leave);
  }

  private static SQLException untried(PosternException e) {
    if (e.code() == ErrorCode.LOGON_REFUSED) {
      return new SQLInvalidAuthorizationSpecException(e.getMessage(), "28000");
    }
    return e.code() == ErrorCode.ENDPOINT_TIMED_OUT
        ? new SQLTimeoutException(e.getMessage(), "08001")
        : new SQLTransientConnectionException(e.getMessage(), "08001");
  }

  private synchronized void reserve() throws SQLException {
    if (closed) {
      throw new SQLNonTransientConnectionException("the session of this data source has ended");
    }
    if (open.size() + opening >= most) {
      throw new SQLTransientConnectionException(
          "as many connections are open as may be (" + most + "); close one");
    }
    opening++;
  }

  private void settle(@Nullable Connection opened) throws SQLException {
    synchronized (this) {
      opening--;
      if (opened == null) {
        return;
      }
      if (!closed) {
        open.add(opened);
        return;
      }
    }
    opened.close();
    throw new SQLNonTransientConnectionException("the session of this data source has ended");
  }

  /** The next one may try when this one has ended, also where nobody waits for it any more. */
  private Connection connect(OneTry.Leave leave) throws SQLException {
    ConnectingThread connecting =
        new ConnectingThread(
            driver,
            url,
            properties,
            credential.username(),
            password,
            refused -> {
              if (refused) {
                tries.refused(leave);
              }
              tries.over(leave);
            });
    try {
      connecting.start();
    } catch (Throwable none) {
      tries.over(leave);
      throw none;
    }
    try {
      return connecting.await(PATIENCE);
    } catch (TimeoutException e) {
      throw new SQLTimeoutException(url + " did not answer in time", "08001");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLTransientConnectionException("the thread was interrupted", "08001");
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  /** Without the driver's own exception, whose text or state may hold the password. */
  private SQLException failure(@Nullable Throwable thrown) {
    if (thrown instanceof PosternException ours) {
      throw ours;
    }
    if (!(thrown instanceof SQLException told)) {
      String kind = thrown == null ? "nothing" : thrown.getClass().getName();
      return new SQLException("the driver threw " + kind);
    }
    String text = String.valueOf(told.getMessage());
    String shown = PlatformText.mentions(text, password) ? "the driver's text is hidden" : text;
    if (ConnectingThread.isRefusal(told)) {
      return new SQLInvalidAuthorizationSpecException(
          shown, told.getSQLState(), told.getErrorCode());
    }
    return new SQLException(shown, told.getSQLState(), told.getErrorCode());
  }

  private synchronized void forget(Connection bare) {
    open.remove(bare);
  }

  @Override
  public Connection getConnection(String username, String other) throws SQLException {
    throw new SQLFeatureNotSupportedException("this data source logs on as one account only");
  }

  @Override
  public void close() {
    Set<Connection> left;
    synchronized (this) {
      closed = true;
      left = new HashSet<>(open);
      open.clear();
    }
    try {
      // Closing would wait for a statement that runs. Aborting cuts it off, but there are servers
      // that go on with it all the same.
      running.forEach(SessionDataSource::cancel);
      left.forEach(SessionDataSource::abort);
    } finally {
      credential.close();
      gate.closed();
    }
  }

  private static void cancel(Statement statement) {
    try {
      statement.cancel();
    } catch (SQLException | RuntimeException e) {
      log.debug("a statement was not cancelled failure={}", e.getClass().getName());
    }
  }

  private static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException | RuntimeException e) {
      try {
        connection.close();
      } catch (SQLException | RuntimeException again) {
        // The others must be closed too. By their kind alone: the texts may hold the password.
        log.warn(
            "a connection was not closed failure={} {}",
            e.getClass().getName(),
            again.getClass().getName());
      }
    }
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(PrintWriter writer) throws SQLException {
    throw new SQLFeatureNotSupportedException("what is logged here might be a secret");
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    throw new SQLFeatureNotSupportedException("the time to connect is Postern's");
  }

  @Override
  public int getLoginTimeout() {
    return (int) Duration.ofNanos(PATIENCE).toSeconds();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("there is none");
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLFeatureNotSupportedException("it is not unwrapped past the session");
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }

  @Override
  public String toString() {
    return "data source of " + url + " as " + credential.username();
  }
}
