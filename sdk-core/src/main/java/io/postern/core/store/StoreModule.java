package io.postern.core.store;

import static java.util.Objects.requireNonNull;

import com.google.inject.AbstractModule;

/**
 * The store. Exposes {@link Database}; needs nothing.
 *
 * <p>Takes a store that is open already, from {@link EmbeddedStore} or {@link PostgresStore}: a
 * module does no I/O, what is wrong with a store comes to the host as it was thrown, and whoever
 * opened the store closes it, after everything that uses it.
 */
public final class StoreModule extends AbstractModule {
  private final Database database;

  public StoreModule(Database database) {
    this.database = requireNonNull(database, "database");
  }

  @Override
  protected void configure() {
    bind(Database.class).toInstance(database);
  }
}
