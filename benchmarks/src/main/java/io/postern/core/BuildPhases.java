package io.postern.core;

import com.google.inject.Binding;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Stage;
import com.google.inject.spi.Element;
import com.google.inject.spi.Elements;
import com.google.inject.spi.PrivateElements;
import io.postern.Postern;
import io.postern.core.connector.ConfiguredConnectors;
import io.postern.core.connector.ConnectorConfiguration;
import io.postern.core.credential.CandidateTimes;
import io.postern.core.credential.CredentialManagers;
import io.postern.core.credential.ManagerConfiguration;
import io.postern.core.plugin.Plugins;
import io.postern.core.store.Database;
import io.postern.core.store.EmbeddedStore;
import io.postern.credential.CredentialLimits;
import io.postern.spi.directory.PersonDirectory;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What {@link Ground#open} does, step by step with the time that each took. Lies in the core's
 * package, on the class path, because nothing of this is for anybody else to see.
 */
public final class BuildPhases implements AutoCloseable {
  private final Map<String, Long> nanos = new LinkedHashMap<>();
  private final Closing closing = new Closing();
  private final Injector injector;
  private final PosternDoor door;
  private final int bindings;
  private long last = System.nanoTime();

  public BuildPhases(
      Path directory,
      PersonDirectory people,
      List<ConnectorConfiguration> connectors,
      List<ManagerConfiguration> managers,
      boolean counting) {
    InstantSource clock = Clock.systemUTC();
    Plugins plugins = Plugins.on(BuildPhases.class.getClassLoader());
    Ground ground =
        new Ground(
            Optional.of(people),
            Optional.empty(),
            false,
            directory,
            directory.resolve("recordings"),
            new Configurations(),
            CredentialLimits.standard(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            CandidateTimes.standard(),
            clock,
            plugins);
    ConfiguredConnectors openConnectors = ConfiguredConnectors.open(connectors, plugins, clock);
    closing.last(openConnectors);
    CredentialManagers openManagers =
        CredentialManagers.open(managers, plugins, clock, CredentialLimits.standard());
    closing.last(openManagers);
    took("plug-ins");
    Database database = EmbeddedStore.open(directory, clock);
    closing.last(database);
    took("store");
    Rooms rooms = new Rooms(ground, database, openConnectors, openManagers, List.of());
    injector = Guice.createInjector(Stage.PRODUCTION, rooms);
    door = injector.getInstance(PosternDoor.class);
    took("graph");
    door.open(closing);
    took("rest");
    bindings = counting ? count(Elements.getElements(Stage.PRODUCTION, rooms)) : 0;
  }

  private void took(String phase) {
    long now = System.nanoTime();
    nanos.put(phase, now - last);
    last = now;
  }

  private static int count(List<Element> elements) {
    int count = 0;
    for (Element element : elements) {
      if (element instanceof PrivateElements inside) {
        count += count(inside.getElements());
      } else if (element instanceof Binding<?>) {
        count++;
      }
    }
    return count;
  }

  /** Nanoseconds of each phase, in order. */
  public Map<String, Long> nanos() {
    return nanos;
  }

  /** How many bindings the rooms have, those of private modules included. */
  public int bindings() {
    return bindings;
  }

  public Injector injector() {
    return injector;
  }

  public Postern postern() {
    return door;
  }

  @Override
  public void close() {
    door.close();
  }
}
