package io.postern.core.credential;

import io.postern.core.plugin.Discovery;
import io.postern.core.plugin.Discovery.Found;
import io.postern.core.plugin.Plugins;
import io.postern.core.plugin.Problems;
import io.postern.credential.CredentialLimits;
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

  private final ManagerConfiguration configuration;
  private final MemberFactory factory;
  private final InstantSource clock;
  private final CredentialLimits limits;

  private ManagerPlan(
      ManagerConfiguration configuration,
      Found<CredentialProviderFactory> found,
      InstantSource clock,
      CredentialLimits limits) {
    this.configuration = configuration;
    this.factory = new MemberFactory(configuration.name(), found, clock, limits);
    this.clock = clock;
    this.limits = limits;
  }

  /**
   * Plans for those that are found; nothing is made yet. What is wrong goes to {@code problems}.
   */
  static List<ManagerPlan> checked(
      List<ManagerConfiguration> configurations,
      Plugins plugins,
      InstantSource clock,
      CredentialLimits limits,
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
          .look(() -> plan.factory.faults(plan.configuration.members()))
          .ifPresent(
              own ->
                  own.forEach(fault -> faults.add("credential manager '" + name + "': " + fault)));
    }
    return faults;
  }

  /** Lets go of the threads; for a plan that is not carried out. */
  void abandon() {
    factory.close();
  }

  NamedProvider make(CallTimer timer) {
    String name = configuration.name();
    return new NamedProvider(
        name,
        factory,
        factory.make(configuration.members()),
        members -> new Routing(name, members, timer, clock, limits),
        limits.perCall().toNanos());
  }
}
