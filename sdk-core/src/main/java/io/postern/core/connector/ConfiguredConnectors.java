package io.postern.core.connector;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.plugin.Discovery;
import io.postern.core.plugin.Discovery.Found;
import io.postern.core.plugin.Plugins;
import io.postern.core.plugin.Problems;
import io.postern.spi.PluginContext;
import io.postern.spi.connector.Connector;
import io.postern.spi.connector.ConnectorFactory;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;

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

  /** Connectors whose configuration was looked at, and that can be made when nothing is wrong. */
  public static final class Plans {
    private final List<Plan> plans;
    private final InstantSource clock;

    private Plans(List<Plan> plans, InstantSource clock) {
      this.plans = List.copyOf(plans);
      this.clock = clock;
    }

    /**
     * Makes the connectors, all or none. No connection is opened.
     *
     * @throws PosternException PLUGIN_FAILED, or what a connector says when it cannot be made
     */
    public ConfiguredConnectors make() {
      Map<String, HeldConnector> made = new LinkedHashMap<>();
      try {
        for (Plan plan : plans) {
          made.put(plan.method(), plan.make(clock));
        }
        return new ConfiguredConnectors(made);
      } catch (RuntimeException | Error e) {
        try {
          new ConfiguredConnectors(made).close();
        } catch (RuntimeException more) {
          e.addSuppressed(more);
        }
        throw e;
      }
    }
  }

  /** A plug-in with the configuration it is to be made of. */
  private record Plan(ConnectorConfiguration configuration, Found<ConnectorFactory> plugin) {
    String method() {
      return plugin.identity().name();
    }

    List<String> faults() {
      return guarded(
          "look at its settings",
          () -> {
            List<String> own =
                new ArrayList<>(configuration.settings().faults(plugin.factory().settings()));
            if (own.isEmpty()) {
              own.addAll(plugin.factory().validate(configuration.settings()));
            }
            return own;
          });
    }

    HeldConnector make(InstantSource clock) {
      Connector bare =
          guarded(
              "be made",
              () ->
                  requireNonNull(
                      plugin
                          .factory()
                          .create(configuration.settings(), new Surroundings(method(), clock))));
      return HeldConnector.around(method(), bare, clock, configuration.settings());
    }

    private <T> T guarded(String doing, Callable<T> call) {
      return plugin.held("connector '" + method() + "' could not " + doing, call);
    }
  }

  /**
   * Checks every configuration and makes the connectors, all or none. No connection is opened.
   *
   * @throws PosternException SETTINGS_INVALID with the faults of all at once, PLUGIN_UNKNOWN,
   *     PLUGIN_DUPLICATE, PLUGIN_FAILED
   */
  public static ConfiguredConnectors open(
      List<ConnectorConfiguration> configurations, Plugins plugins, InstantSource clock) {
    Problems problems = new Problems();
    Plans plans = plan(configurations, plugins, clock, problems);
    problems.requireNone();
    return plans.make();
  }

  /** Looks at every configuration; what is wrong goes to {@code problems}. */
  public static Plans plan(
      List<ConnectorConfiguration> configurations,
      Plugins plugins,
      InstantSource clock,
      Problems problems) {
    Discovery<ConnectorFactory> discovery =
        new Discovery<>(
            "connector", ConnectorFactory.class, ConnectorFactory::identity, SHIPPED, plugins);
    List<Plan> plans = new ArrayList<>();
    for (ConnectorConfiguration configuration : configurations) {
      problems
          .look(
              () ->
                  configuration
                      .byHand()
                      .map(discovery::given)
                      .orElseGet(() -> discovery.named(configuration.name())))
          .ifPresent(plugin -> plans.add(new Plan(configuration, plugin)));
    }
    check(plans, problems);
    return new Plans(plans, clock);
  }

  private static void check(List<Plan> plans, Problems problems) {
    List<String> faults = new ArrayList<>();
    Set<String> methods = new HashSet<>();
    for (Plan plan : plans) {
      if (!methods.add(plan.method())) {
        faults.add("connector '" + plan.method() + "' is configured twice");
      }
      problems
          .look(plan::faults)
          .ifPresent(
              own ->
                  own.forEach(fault -> faults.add("connector '" + plan.method() + "': " + fault)));
    }
    problems.addSettings("connectors cannot be made of these settings", faults);
  }

  @Override
  public boolean has(String method) {
    return byMethod.containsKey(method);
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
    PosternException failure = null;
    for (int i = all.size() - 1; i >= 0; i--) {
      try {
        all.get(i).close();
      } catch (PosternException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
