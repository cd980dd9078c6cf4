package io.postern.core.injection;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * By what transport PostgreSQL's driver talks. What stands in the URL holds before properties and
 * before files that a host may have, so it is written there.
 *
 * @see "https://jdbc.postgresql.org/documentation/ssl/"
 */
final class PostgresTransport {
  private static final String MODE = "sslmode";
  private static final Pattern GIVEN = Pattern.compile("[?&]" + MODE + "=([^&]*)");

  /** In the others of its modes anybody may answer, or nothing is encrypted. */
  private static final Set<String> VERIFYING = Set.of("verify-full", "verify-ca");

  private PostgresTransport() {}

  private static boolean isPostgres(String url) {
    return url.startsWith("jdbc:postgresql:");
  }

  private static List<String> given(String url, Properties properties) {
    List<String> given = new ArrayList<>();
    Optional.ofNullable(properties.getProperty(MODE)).ifPresent(given::add);
    Matcher inUrl = GIVEN.matcher(url);
    while (inUrl.find()) {
      given.add(inUrl.group(1));
    }
    return given;
  }

  /** What keeps the password from being sent by what was given, in words. */
  static Optional<String> fault(String url, Properties properties, boolean tls) {
    if (!isPostgres(url) || !tls) {
      return Optional.empty();
    }
    return given(url, properties).stream()
        .filter(mode -> !VERIFYING.contains(mode))
        .findFirst()
        .map(
            mode ->
                "with "
                    + MODE
                    + "="
                    + mode
                    + " anybody who answers for the database may ask for the password; leave it out"
                    + " for verify-full, or say JdbcInjector.withoutTls()");
  }

  /** The URL that says it. */
  static String url(String url, Properties properties, boolean tls) {
    List<String> given = given(url, properties);
    if (!isPostgres(url) || (!tls && !given.isEmpty())) {
      return url;
    }
    String mode = !tls ? "disable" : given.isEmpty() ? "verify-full" : given.get(given.size() - 1);
    return url + (url.contains("?") ? "&" : "?") + MODE + "=" + mode;
  }
}
