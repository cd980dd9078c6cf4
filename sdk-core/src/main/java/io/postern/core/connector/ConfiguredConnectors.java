package io.postern.core.connector;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.plugin.Discovery;
import io.postern.core.plugin.Discovery.Found;
import io.postern.spi.PluginContext;
import io.postern.spi.connector.Connector;
import io.postern.spi.connector.ConnectorFactory;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The connectors that the host configured. Safe for use by several threads. */
public final class ConfiguredConnectors implements Connectors, AutoCloseable {
  private static final Map<String, String> SHIPPED =
      Map.of("ssh", "io.postern:postern-connector-ssh");

  private final Map<String, HeldConnector> byMethod;

  private ConfiguredConnectors(Map<String, HeldConnector> byMethod) {
    this.byMethod = byMethod;
  }

  /** What a connector is told of its host. */
  private record Surroundings(String instanceName, InstantSource clock) implements PluginContext {}

  /** A plug-in with the configuration it is to be made of. */
  private record Plan(ConnectorConfiguration configuration, Found<ConnectorFactory> plugin) {}

  /**
   * Checks every configuration and makes the connectors, all or none. No connection is opened.
   *
   * @throws PosternException SETTINGS_INVALID with the faults of all at once, PLUGIN_UNKNOWN,
   *     PLUGIN_DUPLICATE, PLUGIN_FAILED
   */
  public static ConfiguredConnectors open(
      List<ConnectorConfiguration> configurations, ClassLoader loader, InstantSource clock) {
    Discovery<ConnectorFactory> discovery =
        new Discovery<>(
            "connector", ConnectorFactory.class, ConnectorFactory::identity, SHIPPED, loader);
    List<Plan> plans = new ArrayList<>();
    for (ConnectorConfiguration configuration : configurations) {
      Found<ConnectorFactory> plugin =
          configuration
              .byHand()
              .map(discovery::given)
              .orElseGet(() -> discovery.named(configuration.name()));
      plans.add(new Plan(configuration, plugin));
    }
    requireSound(plans);
    Map<String, HeldConnector> made = new LinkedHashMap<>();
    try {
      for (Plan plan : plans) {
        String method = plan.plugin().identity().name();
        Connector bare =
            plan.plugin()
                .factory()
                .create(plan.configuration().settings(), new Surroundings(method, clock));
        made.put(
            method, HeldConnector.around(method, bare, clock, plan.configuration().settings()));
      }
      return new ConfiguredConnectors(made);
    } catch (RuntimeException e) {
      new ConfiguredConnectors(made).close();
      throw e;
    }
  }

  private static void requireSound(List<Plan> plans) {
    List<String> faults = new ArrayList<>();
    List<String> methods = new ArrayList<>();
    for (Plan plan : plans) {
      String method = plan.plugin().identity().name();
      if (methods.contains(method)) {
        faults.add("connector '" + method + "' is configured twice");
      }
      methods.add(method);
      List<String> own =
          new ArrayList<>(
              plan.configuration().settings().faults(plan.plugin().factory().settings()));
      if (own.isEmpty()) {
        own.addAll(plan.plugin().factory().validate(plan.configuration().settings()));
      }
      own.forEach(fault -> faults.add("connector '" + method + "': " + fault));
    }
    if (!faults.isEmpty()) {
      throw new PosternException(
          ErrorCode.SETTINGS_INVALID, "connectors cannot be made of these settings", faults);
    }
  }

  @Override
  public Connector of(String method) {
    HeldConnector connector = byMethod.get(method);
    if (connector == null) {
      throw new PosternException(
          ErrorCode.PLUGIN_UNKNOWN,
          "no connector for method '"
              + method
              + "' is configured; configured are "
              + (byMethod.isEmpty() ? "none" : String.join(", ", byMethod.keySet()))
              + "; name it to the builder");
    }
    return connector;
  }

  /** Closes every connector, the last one first. Harmless when done twice. */
  @Override
  public void close() {
    List<HeldConnector> all = new ArrayList<>(byMethod.values());
    for (int i = all.size() - 1; i >= 0; i--) {
      all.get(i).close();
    }
  }
}
