package io.postern.core.injection;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.CredentialKind;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.injection.Injector;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Logs on to the jump item's database by JDBC, as user name and password, and gives a {@link
 * javax.sql.DataSource}. PostgreSQL's driver gets the password as characters that are wiped; any
 * other as a String, because JDBC has nothing else. Immutable; the methods give changed copies.
 */
public final class JdbcInjector implements Injector<InjectedDataSource> {
  private static final int MOST_BY_DEFAULT = 10;

  private final String url;
  private final Properties properties;
  private final int most;
  private final @Nullable Driver driver;

  private JdbcInjector(String url, Properties properties, int most, @Nullable Driver driver) {
    this.url = url;
    this.properties = properties;
    this.most = most;
    this.driver = driver;
  }

  /**
   * Connects by a URL in which {@code {host}} and {@code {port}} stand for the jump item's.
   *
   * @param url such as {@code jdbc:postgresql://{host}:{port}/orders}, without a password
   * @throws IllegalArgumentException when one of the two is not in it
   */
  public static JdbcInjector to(String url) {
    if (!url.startsWith("jdbc:") || !url.contains("{host}") || !url.contains("{port}")) {
      throw new IllegalArgumentException(
          "the URL '" + url + "' must begin with jdbc: and have {host} and {port} in it");
    }
    return new JdbcInjector(url, new Properties(), MOST_BY_DEFAULT, null);
  }

  /** Gives the driver a property of its own, such as {@code sslmode}; no secret. */
  public JdbcInjector with(String property, String value) {
    Properties more = new Properties();
    more.putAll(properties);
    more.setProperty(property, value);
    return new JdbcInjector(url, more, most, driver);
  }

  /** Has at most so many connections open at a time, 1 to 1,000; 10 by default. */
  public JdbcInjector atMost(int connections) {
    if (connections < 1 || connections > 1_000) {
      throw new IllegalArgumentException("connections must be 1 to 1000, were " + connections);
    }
    return new JdbcInjector(url, properties, connections, driver);
  }

  /** Uses this driver; by default the one that is registered for the URL. */
  public JdbcInjector by(Driver jdbcDriver) {
    return new JdbcInjector(url, properties, most, requireNonNull(jdbcDriver, "driver"));
  }

  @Override
  public String name() {
    return "jdbc";
  }

  @Override
  public Set<CredentialKind> accepts() {
    return Set.of(CredentialKind.PASSWORD);
  }

  @Override
  public List<String> missing(Endpoint endpoint) {
    List<String> missing = new ArrayList<>();
    Place.fault(endpoint).ifPresent(missing::add);
    if (missing.isEmpty() && driverFor(url(endpoint)).isEmpty()) {
      missing.add("no JDBC driver for " + url(endpoint) + " is on the class path; add its jar");
    }
    return missing;
  }

  private String url(Endpoint endpoint) {
    return url.replace("{host}", Place.host(endpoint))
        .replace("{port}", Integer.toString(endpoint.port()));
  }

  private Optional<Driver> driverFor(String target) {
    if (driver != null) {
      return Optional.of(driver);
    }
    try {
      return Optional.of(DriverManager.getDriver(target));
    } catch (SQLException e) {
      return Optional.empty();
    }
  }

  /** Opens one connection and closes it, which tells whether the password is right. */
  @Override
  public InjectedDataSource inject(InjectRequest request) {
    String target = url(request.endpoint());
    Driver found =
        driverFor(target)
            .orElseThrow(
                () ->
                    new PosternException(
                        ErrorCode.PRECONDITION_FAILED, "there is no JDBC driver for " + target));
    SessionDataSource source =
        new SessionDataSource(
            found, target, properties, request.credential(), most, request.gate());
    try {
      source.prove();
      return source;
    } catch (SQLException e) {
      throw refusal(target, request.credential().username(), e);
    }
  }

  /**
   * @see "ISO/IEC 9075-2, classes of SQLSTATE: 28 invalid authorization, 08 connection"
   */
  private static PosternException refusal(String target, String username, SQLException failure) {
    String state = String.valueOf(failure.getSQLState());
    ErrorCode code =
        state.startsWith("28")
            ? ErrorCode.LOGON_REFUSED
            : state.startsWith("08") ? ErrorCode.ENDPOINT_UNREACHABLE : ErrorCode.ENDPOINT_PROTOCOL;
    return new PosternException(
        code,
        target
            + " lets '"
            + username
            + "' not in: "
            + failure.getMessage()
            + " (state "
            + state
            + ")"
            + (code == ErrorCode.LOGON_REFUSED ? "; it was tried once" : ""));
  }
}
