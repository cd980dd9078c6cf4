package io.postern.core;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import io.postern.ErrorCode;
import io.postern.Postern;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.connector.ConfiguredConnectors;
import io.postern.core.credential.CandidateTimes;
import io.postern.core.credential.CredentialManagers;
import io.postern.core.inventory.InventoryModule.Source;
import io.postern.core.plugin.Plugins;
import io.postern.core.plugin.Problems;
import io.postern.core.store.Database;
import io.postern.core.store.EmbeddedStore;
import io.postern.core.store.PostgresStore;
import io.postern.credential.CredentialLimits;
import io.postern.spi.alarm.AlarmListener;
import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.directory.PersonDirectory;
import io.postern.spi.event.EventListener;
import io.postern.spi.notifier.Notifier;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * What the rooms stand on, as the builder was told; opened in order, and closed in the reverse one
 * when that fails.
 */
record Ground(
    Optional<PersonDirectory> people,
    Optional<DataSource> dataSource,
    boolean unsafeDatabase,
    Path directory,
    Path recordings,
    Configurations configurations,
    CredentialLimits credentialLimits,
    Optional<Notifier> notifier,
    Optional<PasswordChanger> passwordChanger,
    Optional<AlarmListener> alarmListener,
    Map<String, EventListener> eventListeners,
    CandidateTimes candidateTimes,
    InstantSource clock,
    Plugins plugins) {

  Postern open() {
    Closing closing = new Closing();
    // Last of all, because plug-ins may need their secrets to close.
    closing.last(configurations::closeSecrets);
    closing.last(plugins);
    try {
      Problems problems = new Problems();
      if (people.isEmpty()) {
        problems.add(
            new PosternException(
                ErrorCode.SETTINGS_INVALID,
                "nobody is known: give the host's directory of people to PosternBuilder.people"));
      }
      plugins.check(problems);
      // Plug-ins first: a wrong setting is said before a store is made for it.
      ConfiguredConnectors.Plans planned =
          ConfiguredConnectors.plan(configurations.connectors(), plugins, clock, problems);
      CredentialManagers.Plans plannedManagers =
          CredentialManagers.plan(
              configurations.managers(), plugins, clock, credentialLimits, problems);
      closing.last(plannedManagers::abandon);
      problems.requireNone();
      ConfiguredConnectors openConnectors = planned.make();
      closing.last(openConnectors);
      CredentialManagers openManagers = plannedManagers.make();
      closing.last(openManagers);
      List<Source> openInventories = configurations.inventories(openManagers);
      Database database = openStore();
      closing.last(database);
      Injector injector =
          Guice.createInjector(
              Stage.PRODUCTION,
              new Rooms(this, database, openConnectors, openManagers, openInventories));
      PosternDoor door = injector.getInstance(PosternDoor.class);
      audit(plugins.loaded(), database, injector.getInstance(Journal.class));
      door.open(closing);
      return door;
    } catch (RuntimeException | Error e) {
      closing.closeAfter(e);
      throw e;
    }
  }

  /** Which code runs in here is on record before it does anything. */
  private static void audit(List<Act> loaded, Database database, Journal journal) {
    if (!loaded.isEmpty()) {
      database.change(
          tx -> {
            loaded.forEach(act -> journal.write(tx, act));
            return true;
          });
    }
  }

  private Database openStore() {
    return dataSource
        .map(source -> PostgresStore.open(source, clock, unsafeDatabase))
        .orElseGet(() -> EmbeddedStore.open(directory, clock));
  }
}
