package io.postern.core.credential;

import io.postern.core.credential.CredentialManagers.Limits;
import io.postern.core.credential.HeldCall.BrokenAnswer;
import io.postern.core.plugin.Discovery;
import io.postern.core.plugin.Discovery.Found;
import io.postern.core.plugin.Plugins;
import io.postern.core.plugin.Problems;
import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProviderFactory;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A manager whose configuration is good, and that can be made. */
final class ManagerPlan {
  /** The plug-ins of this project, so that a missing one can be named by its artifact. */
  private static final Map<String, String> SHIPPED =
      Map.of(
          "encrypted-file", "io.postern:postern-credential-encrypted-file",
          "vault", "io.postern:postern-credential-vault",
          "aws", "io.postern:postern-credential-aws");

  /** What a plug-in instance is told of its host. */
  private record Surroundings(String instanceName, InstantSource clock) implements PluginContext {}

  private final ManagerConfiguration configuration;
  private final CredentialProviderFactory factory;
  private final PluginIdentity identity;
  private final HeldCalls calls;
  private final InstantSource clock;
  private final Limits limits;

  private ManagerPlan(
      ManagerConfiguration configuration,
      Found<CredentialProviderFactory> found,
      InstantSource clock,
      Limits limits) {
    this.configuration = configuration;
    this.factory = found.factory();
    this.identity = found.identity();
    this.clock = clock;
    this.limits = limits;
    this.calls =
        new HeldCalls(configuration.name(), factory.getClass().getClassLoader(), limits, clock);
  }

  /**
   * Plans for those that are found; nothing is made yet. What is wrong goes to {@code problems}.
   */
  static List<ManagerPlan> checked(
      List<ManagerConfiguration> configurations,
      Plugins plugins,
      InstantSource clock,
      Limits limits,
      Problems problems) {
    Discovery<CredentialProviderFactory> discovery =
        new Discovery<>(
            "credential provider",
            CredentialProviderFactory.class,
            CredentialProviderFactory::identity,
            SHIPPED,
            plugins);
    List<ManagerPlan> plans = new ArrayList<>();
    for (ManagerConfiguration configuration : configurations) {
      problems
          .look(() -> found(discovery, configuration))
          .ifPresent(found -> plans.add(new ManagerPlan(configuration, found, clock, limits)));
    }
    try {
      problems.addSettings("the credential managers cannot be started", faults(plans, problems));
      return plans;
    } catch (RuntimeException | Error e) {
      plans.forEach(ManagerPlan::abandon);
      throw e;
    }
  }

  private static Found<CredentialProviderFactory> found(
      Discovery<CredentialProviderFactory> discovery, ManagerConfiguration configuration) {
    return configuration
        .byHand()
        .map(discovery::given)
        .orElseGet(() -> discovery.named(configuration.provider()));
  }

  private static List<String> faults(List<ManagerPlan> plans, Problems problems) {
    List<String> faults = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (ManagerPlan plan : plans) {
      String name = plan.configuration.name();
      if (!names.add(name)) {
        faults.add("two credential managers are named '" + name + "'; give each its own name");
      }
      problems
          .look(plan::settingFaults)
          .ifPresent(
              own ->
                  own.forEach(fault -> faults.add("credential manager '" + name + "': " + fault)));
    }
    return faults;
  }

  /** Lets go of the threads; for a plan that is not carried out. */
  void abandon() {
    calls.close();
  }

  private List<String> settingFaults() {
    return calls.call(
        "validate",
        deadline -> {
          List<Setting<?>> declared = factory.settings();
          if (declared == null) {
            throw new BrokenAnswer("its settings were null");
          }
          List<String> faults = new ArrayList<>(configuration.settings().faults(declared));
          if (faults.isEmpty()) {
            // A plug-in looks only at settings that are each of the right type.
            List<String> more = factory.validate(configuration.settings());
            if (more == null) {
              throw new BrokenAnswer("what is wrong with its settings was null");
            }
            faults.addAll(more);
          }
          return faults;
        },
        faults -> {});
  }

  NamedProvider make() {
    CredentialProvider provider =
        calls.call(
            "create",
            deadline -> {
              CredentialProvider made =
                  factory.create(
                      configuration.settings(), new Surroundings(configuration.name(), clock));
              if (made == null) {
                throw new BrokenAnswer("the instance was null");
              }
              return made;
            },
            CredentialProvider::close);
    return new NamedProvider(
        configuration.name(),
        identity,
        configuration.settings(),
        provider,
        calls,
        limits.perCall().toNanos());
  }
}
