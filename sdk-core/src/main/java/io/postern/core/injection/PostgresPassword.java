package io.postern.core.injection;

import org.jspecify.annotations.Nullable;
import org.postgresql.plugin.AuthenticationPlugin;
import org.postgresql.plugin.AuthenticationRequestType;

/**
 * Gives PostgreSQL's driver the password as characters that it wipes, where its properties would
 * take a String. The driver makes it by its name; only threads that connect for a {@link
 * JdbcInjector} have a password.
 *
 * @see "pgjdbc, property authenticationPluginClassName"
 */
@SuppressWarnings("exports") // Nobody but the driver, whose types these are, has to see them.
public final class PostgresPassword implements AuthenticationPlugin {
  /** Made by the driver. */
  public PostgresPassword() {}

  @Override
  @SuppressWarnings("NullAway") // The driver says so: it then reports that there is no password.
  public char @Nullable [] getPassword(AuthenticationRequestType type) {
    return Thread.currentThread() instanceof ConnectingThread connecting
        ? connecting.password()
        : null;
  }
}
