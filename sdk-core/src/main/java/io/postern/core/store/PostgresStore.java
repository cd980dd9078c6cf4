package io.postern.core.store;

import io.postern.PosternException;
import java.time.InstantSource;
import javax.sql.DataSource;

/** Opens the store in a PostgreSQL database of the host's, for one node or many. */
public final class PostgresStore {
  private PostgresStore() {}

  /**
   * Checks the database behind {@code source} and brings its schema up to date. The data source
   * stays the host's: {@link Database#close} does not close it. Each connection goes back to it as
   * it came.
   *
   * @param allowUnsafe goes on, with a warning, when the server's settings may lose acknowledged
   *     changes in a crash; for throw-away databases only
   * @throws PosternException STORE_UNSAFE, STORE_SCHEMA, STORE_UNAVAILABLE, SETTINGS_INVALID when
   *     it is no PostgreSQL of 13 or later
   */
  public static Database open(DataSource source, InstantSource clock, boolean allowUnsafe) {
    PostgresConnections connections = new PostgresConnections(source);
    boolean readsCommitted = new PostgresCheck(allowUnsafe).check(connections);
    Database database = new PostgresDatabase(connections, readsCommitted);
    new Migrations(database, clock).run();
    return database;
  }
}
