package io.postern.core;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.connector.ConnectorConfiguration;
import io.postern.core.credential.CredentialManagers;
import io.postern.core.credential.ManagerConfiguration;
import io.postern.core.inventory.InventoryModule.Source;
import io.postern.spi.Settings;
import io.postern.spi.connector.ConnectorFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The connectors, credential managers and inventories that a host has named. Secrets in their
 * settings are Postern's from the moment they are given, also where a name is refused. Used by one
 * thread.
 */
final class Configurations {
  private final List<ConnectorConfiguration> connectors = new ArrayList<>();
  private final List<ManagerConfiguration> managers = new ArrayList<>();
  private final List<Function<CredentialManagers, Source>> inventories = new ArrayList<>();

  /**
   * Adds a connector.
   *
   * @param name empty where the factory is given by hand, and names itself
   */
  void connector(String name, Settings settings, Optional<ConnectorFactory> factory) {
    taken(
        List.of(settings),
        () -> connectors.add(new ConnectorConfiguration(name, settings, factory)));
  }

  /** Adds a credential manager with a member for each settings. */
  void manager(
      Function<Settings[], ManagerConfiguration> configuration, Settings first, Settings... more) {
    List<Settings> members = new ArrayList<>(List.of(more));
    members.add(0, requireNonNull(first, "settings"));
    taken(members, () -> managers.add(configuration.apply(members.toArray(Settings[]::new))));
  }

  private static void taken(List<Settings> settings, Runnable add) {
    try {
      add.run();
    } catch (RuntimeException e) {
      settings.forEach(Settings::closeSecrets);
      throw e;
    }
  }

  /**
   * Adds an inventory.
   *
   * @param source throws IllegalArgumentException for one that cannot be followed
   */
  void inventory(Function<CredentialManagers, Source> source) {
    inventories.add(source);
  }

  List<ConnectorConfiguration> connectors() {
    return connectors;
  }

  List<ManagerConfiguration> managers() {
    return managers;
  }

  /**
   * The inventories, of which some are these managers'.
   *
   * @throws PosternException SETTINGS_INVALID with all that cannot be followed
   */
  List<Source> inventories(CredentialManagers openManagers) {
    List<String> faults = new ArrayList<>();
    Map<String, Source> open = new LinkedHashMap<>();
    for (Function<CredentialManagers, Source> one : inventories) {
      try {
        Source source = one.apply(openManagers);
        if (open.putIfAbsent(source.name(), source) != null) {
          faults.add("two inventories are named '" + source.name() + "'; give each its own name");
        }
      } catch (IllegalArgumentException e) {
        faults.add(String.valueOf(e.getMessage()));
      }
    }
    if (!faults.isEmpty()) {
      throw new PosternException(
          ErrorCode.SETTINGS_INVALID, "the inventories cannot be followed", faults);
    }
    return List.copyOf(open.values());
  }

  /** Closes every secret in the settings. Harmless when done twice. */
  void closeSecrets() {
    connectors.forEach(connector -> connector.settings().closeSecrets());
    managers.forEach(ManagerConfiguration::closeSecrets);
  }
}
