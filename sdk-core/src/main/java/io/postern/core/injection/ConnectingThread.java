package io.postern.core.injection;

import io.postern.credential.Secret;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Opens one JDBC connection on a thread of its own, because drivers have no limit of time that
 * holds for all of it, and because PostgreSQL's asks its thread for the password.
 */
final class ConnectingThread extends Thread {
  /** The properties by which drivers are told who logs on. */
  private static final String USER = "user";

  private static final String PASSWORD = "password";
  private static final String PLUG_IN = "authenticationPluginClassName";

  private final CompletableFuture<Connection> answer = new CompletableFuture<>();
  private final Driver driver;
  private final String url;
  private final Properties properties;
  private final Secret secret;
  private final Consumer<Boolean> ended;

  /**
   * @param ended is told at the end, before whoever waits, whether the endpoint refused the
   *     credential
   */
  ConnectingThread(
      Driver driver,
      String url,
      Properties given,
      String username,
      Secret secret,
      Consumer<Boolean> ended) {
    super(null, null, "postern-jdbc-connect", 0, false);
    setDaemon(true);
    this.driver = driver;
    this.url = url;
    this.secret = secret;
    this.ended = ended;
    this.properties = new Properties();
    properties.putAll(given);
    properties.setProperty(USER, username);
  }

  /** For PostgreSQL's driver, on this thread; it wipes them. */
  char[] password() {
    return PlatformText.characters(secret);
  }

  @Override
  public void run() {
    try {
      Connection connection = connect();
      ended.accept(false);
      if (!answer.complete(connection)) {
        connection.close();
      }
    } catch (Throwable thrown) {
      ended.accept(thrown instanceof SQLException told && isRefusal(told));
      answer.completeExceptionally(thrown);
    }
  }

  /** SQLSTATE class 28 is "invalid authorization specification" (ISO/IEC 9075). */
  static boolean isRefusal(SQLException told) {
    return String.valueOf(told.getSQLState()).startsWith("28");
  }

  /** The password is out of the properties again before anybody learns how it went. */
  private Connection connect() throws SQLException {
    try {
      if (asksForPassword()) {
        properties.setProperty(PLUG_IN, PostgresPassword.class.getName());
      } else {
        properties.setProperty(PASSWORD, PlatformText.of(secret));
      }
      Connection connection = driver.connect(url, properties);
      if (connection == null) {
        throw new SQLException("the driver does not take this URL");
      }
      return connection;
    } finally {
      properties.remove(PASSWORD);
    }
  }

  /** Whether it is PostgreSQL's driver, and sees our plug-in: it may have another class loader. */
  private boolean asksForPassword() {
    if (!driver.getClass().getName().equals("org.postgresql.Driver")) {
      return false;
    }
    try {
      return Class.forName(
              PostgresPassword.class.getName(), false, driver.getClass().getClassLoader())
          == PostgresPassword.class;
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  /** What came of it; a connection that comes later is closed. */
  Connection await(long nanos) throws ExecutionException, TimeoutException, InterruptedException {
    try {
      return answer.get(nanos, TimeUnit.NANOSECONDS);
    } catch (TimeoutException | InterruptedException e) {
      if (!answer.completeExceptionally(e)) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt(); // It came all the same; the caller is still told.
        }
        return answer.get(); // done, so that it does not wait
      }
      interrupt();
      throw e;
    }
  }
}
