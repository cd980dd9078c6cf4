package io.postern.core;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import io.postern.Postern;
import io.postern.core.connector.ConfiguredConnectors;
import io.postern.core.connector.ConnectorConfiguration;
import io.postern.core.credential.CredentialManagers;
import io.postern.core.credential.ManagerConfiguration;
import io.postern.core.store.Database;
import io.postern.core.store.EmbeddedStore;
import io.postern.core.store.PostgresStore;
import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.directory.PersonDirectory;
import io.postern.spi.notifier.Notifier;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * What the rooms stand on, as the builder was told; opened in order, and closed in the reverse one
 * when that fails.
 */
record Ground(
    PersonDirectory people,
    Optional<DataSource> dataSource,
    boolean unsafeDatabase,
    Path directory,
    Path recordings,
    List<ConnectorConfiguration> connectors,
    List<ManagerConfiguration> managers,
    Optional<Notifier> notifier,
    Optional<PasswordChanger> passwordChanger,
    InstantSource clock,
    ClassLoader pluginLoader) {

  Postern open() {
    Closing closing = new Closing();
    try {
      // Plug-ins first: a wrong setting is said before a store is made for it.
      ConfiguredConnectors openConnectors =
          ConfiguredConnectors.open(connectors, pluginLoader, clock);
      closing.last(openConnectors);
      CredentialManagers openManagers =
          CredentialManagers.open(
              managers, pluginLoader, clock, CredentialManagers.Limits.standard());
      closing.last(openManagers);
      Database database = openStore();
      closing.last(database);
      Injector injector =
          Guice.createInjector(
              Stage.PRODUCTION, new Rooms(this, database, openConnectors, openManagers));
      PosternDoor door = injector.getInstance(PosternDoor.class);
      door.open(closing);
      return door;
    } catch (RuntimeException | Error e) {
      managers.forEach(manager -> manager.settings().closeSecrets());
      closing.closeAfter(e);
      throw e;
    }
  }

  private Database openStore() {
    return dataSource
        .map(source -> PostgresStore.open(source, clock, unsafeDatabase))
        .orElseGet(() -> EmbeddedStore.open(directory, clock));
  }
}
