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
 * javax.sql.DataSource}. One connection at a time is opened, so that a password that was changed
 * meanwhile is tried once (rule INJ-6).
 *
 * <p>PostgreSQL is talked to over TLS with its certificate and name verified ({@code
 * sslmode=verify-full}), unless {@link #withoutTls} says otherwise: its protocol lets whoever
 * answers ask for the password itself. Whose certificates are trusted is said by the driver's
 * {@code sslrootcert}, or {@code sslfactory=org.postgresql.ssl.DefaultJavaSSLFactory} for those
 * that the Java platform trusts. Other databases' drivers have properties of their own for that, of
 * which Postern knows nothing: give them by {@link #with}.
 *
 * <p>PostgreSQL's driver gets the password as characters that are wiped; any other as a String,
 * because JDBC has nothing else. Immutable; the methods give changed copies.
 *
 * @see "https://jdbc.postgresql.org/documentation/ssl/"
 */
public final class JdbcInjector implements Injector<InjectedDataSource> {
  private static final int MOST_BY_DEFAULT = 10;

  private final String url;
  private final Properties properties;
  private final int most;
  private final @Nullable Driver driver;
  private final boolean tls;

  private JdbcInjector(
      String url, Properties properties, int most, @Nullable Driver driver, boolean tls) {
    this.tls = tls;
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
    return new JdbcInjector(url, new Properties(), MOST_BY_DEFAULT, null, true);
  }

  /** Gives the driver a property of its own, such as {@code sslmode}; no secret. */
  public JdbcInjector with(String property, String value) {
    Properties more = new Properties();
    more.putAll(properties);
    more.setProperty(property, value);
    return new JdbcInjector(url, more, most, driver, tls);
  }

  /** Has at most so many connections open at a time, 1 to 1,000; 10 by default. */
  public JdbcInjector atMost(int connections) {
    if (connections < 1 || connections > 1_000) {
      throw new IllegalArgumentException("connections must be 1 to 1000, were " + connections);
    }
    return new JdbcInjector(url, properties, connections, driver, tls);
  }

  /** Uses this driver; by default the one that is registered for the URL. */
  public JdbcInjector by(Driver jdbcDriver) {
    return new JdbcInjector(url, properties, most, requireNonNull(jdbcDriver, "driver"), tls);
  }

  /**
   * Lets PostgreSQL be talked to as its driver's {@code sslmode} says, in the clear when nothing
   * does: whoever is on the way, or answers in its place, may read the password.
   */
  public JdbcInjector withoutTls() {
    return new JdbcInjector(url, properties, most, driver, false);
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
    PostgresTransport.fault(url, properties, tls).ifPresent(missing::add);
    if (missing.isEmpty() && driverFor(url(endpoint)).isEmpty()) {
      missing.add("no JDBC driver for " + url(endpoint) + " is on the class path; add its jar");
    }
    return missing;
  }

  private String url(Endpoint endpoint) {
    String place =
        url.replace("{host}", Place.host(endpoint))
            .replace("{port}", Integer.toString(endpoint.port()));
    return PostgresTransport.url(place, properties, tls);
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
    PostgresTransport.fault(url, properties, tls)
        .ifPresent(
            fault -> {
              throw new PosternException(ErrorCode.PRECONDITION_FAILED, fault);
            });
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
