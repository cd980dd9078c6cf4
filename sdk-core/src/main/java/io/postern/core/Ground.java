package io.postern.core;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import io.postern.ErrorCode;
import io.postern.Postern;
import io.postern.PosternException;
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
import java.util.ArrayList;
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
      ConfiguredConnectors openConnectors = openConnectors();
      closing.last(openConnectors);
      CredentialManagers openManagers = openManagers();
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
      connectors.forEach(connector -> connector.settings().closeSecrets());
      managers.forEach(manager -> manager.settings().closeSecrets());
      closing.closeAfter(e);
      throw e;
    }
  }

  /** Where settings are wrong, those of the credential managers are looked at all the same. */
  private ConfiguredConnectors openConnectors() {
    try {
      return ConfiguredConnectors.open(connectors, pluginLoader, clock);
    } catch (PosternException e) {
      if (e.code() == ErrorCode.SETTINGS_INVALID) {
        throw withFaultsOfManagers(e);
      }
      throw e;
    }
  }

  private PosternException withFaultsOfManagers(PosternException first) {
    try {
      openManagers().close();
      return first;
    } catch (PosternException e) {
      if (e.code() != ErrorCode.SETTINGS_INVALID) {
        first.addSuppressed(e);
        return first;
      }
      List<String> all = new ArrayList<>(first.faults());
      all.addAll(e.faults());
      return new PosternException(
          ErrorCode.SETTINGS_INVALID, "plug-ins cannot be made of these settings", all);
    }
  }

  private CredentialManagers openManagers() {
    return CredentialManagers.open(
        managers, pluginLoader, clock, CredentialManagers.Limits.standard());
  }

  private Database openStore() {
    return dataSource
        .map(source -> PostgresStore.open(source, clock, unsafeDatabase))
        .orElseGet(() -> EmbeddedStore.open(directory, clock));
  }
}
