package io.postern.core.credential;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.plugin.Plugins;
import io.postern.core.plugin.Problems;
import io.postern.credential.CredentialLimits;
import io.postern.spi.inventory.Inventory;
import io.postern.spi.inventory.Inventory.InventoryRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The credential managers that the host configured, in its order. Safe for use by several threads.
 *
 * <p>Finding a plug-in on the class path runs nothing of it but its constructor and its identity;
 * only what is configured is made (rule ECM-1).
 */
public final class CredentialManagers implements AutoCloseable {
  private final List<NamedProvider> providers;
  private final CallTimer timer;
  private final CredentialLimits limits;
  private boolean closed;

  private CredentialManagers(
      List<NamedProvider> providers, CallTimer timer, CredentialLimits limits) {
    this.providers = List.copyOf(providers);
    this.timer = timer;
    this.limits = limits;
  }

  /**
   * Checks every configuration and makes the instances, all or none. Blocks for the plug-ins' own
   * code, each step within {@link CredentialLimits#perCall}; they need not connect. Takes the
   * secrets in the settings over: they are closed with the manager, and all of them when this
   * throws.
   *
   * @param plugins where plug-ins are looked for
   * @throws PosternException SETTINGS_INVALID with the faults of all managers at once;
   *     PLUGIN_UNKNOWN with the nearest name or the artifact to add; PLUGIN_DUPLICATE naming both
   *     jars; PLUGIN_FAILED when a plug-in breaks its contract or is too new; a CREDENTIAL code
   *     that the plug-in chose when an instance cannot be made
   */
  public static CredentialManagers open(
      List<ManagerConfiguration> configurations,
      Plugins plugins,
      InstantSource clock,
      CredentialLimits limits) {
    Problems problems = new Problems();
    Plans plans = plan(configurations, plugins, clock, limits, problems);
    try {
      problems.requireNone();
      return plans.make();
    } catch (RuntimeException | Error e) {
      plans.abandon();
      throw e;
    }
  }

  /**
   * Looks at every configuration; what is wrong goes to {@code problems}. Blocks as {@link #open}
   * does. The plans are made or abandoned.
   */
  public static Plans plan(
      List<ManagerConfiguration> configurations,
      Plugins plugins,
      InstantSource clock,
      CredentialLimits limits,
      Problems problems) {
    try {
      return new Plans(
          configurations,
          ManagerPlan.checked(configurations, plugins, clock, limits, problems),
          limits);
    } catch (RuntimeException | Error e) {
      configurations.forEach(ManagerConfiguration::closeSecrets);
      throw e;
    }
  }

  /** Managers whose configuration was looked at, and that can be made when nothing is wrong. */
  public static final class Plans {
    private final List<ManagerConfiguration> configurations;
    private final List<ManagerPlan> plans;
    private final CredentialLimits limits;

    private Plans(
        List<ManagerConfiguration> configurations,
        List<ManagerPlan> plans,
        CredentialLimits limits) {
      this.configurations = List.copyOf(configurations);
      this.plans = List.copyOf(plans);
      this.limits = limits;
    }

    /**
     * Makes the managers, all or none; abandons the plans when it throws.
     *
     * @throws PosternException PLUGIN_FAILED, or a CREDENTIAL code that the plug-in chose
     */
    public CredentialManagers make() {
      List<NamedProvider> made = new ArrayList<>();
      CallTimer timer = new CallTimer();
      try {
        for (ManagerPlan plan : plans) {
          made.add(plan.make(timer));
        }
        return new CredentialManagers(made, timer, limits);
      } catch (RuntimeException | Error e) {
        timer.close();
        closeAll(made).forEach(e::addSuppressed);
        abandon();
        throw e;
      }
    }

    /** Lets go of threads and secrets, where nothing is to be made. Harmless when done twice. */
    public void abandon() {
      plans.forEach(ManagerPlan::abandon);
      configurations.forEach(ManagerConfiguration::closeSecrets);
    }
  }

  /**
   * The jump items of a manager whose plug-in supplies them (rule CAT-10); calls are held to their
   * limits as others are.
   *
   * @throws IllegalArgumentException when there is no such manager, or it supplies none
   */
  public Inventory inventory(String manager) {
    NamedProvider provider =
        find(manager)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no credential manager '"
                            + manager
                            + "' is configured to take items from"));
    if (!provider.can(Inventory.class)) {
      throw new IllegalArgumentException(
          "credential manager '" + manager + "' supplies no jump items");
    }
    return request ->
        provider
            .calls()
            .read(
                "inventory",
                Inventory.class,
                (member, deadline) ->
                    member.items(
                        new InventoryRequest(
                            request.place(), earlier(request.deadline(), deadline))))
            .await();
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  List<NamedProvider> all() {
    return providers;
  }

  Optional<NamedProvider> find(String name) {
    return providers.stream().filter(provider -> provider.name().equals(name)).findFirst();
  }

  CredentialLimits limits() {
    return limits;
  }

  /** How long whoever is at a lease has for it, as long as it lives: longer than two calls take. */
  Duration claimSpan() {
    return limits.perCall().multipliedBy(3);
  }

  /**
   * Closes the managers, the last one first; a plug-in that hangs or fails keeps no other open.
   * Harmless when done twice.
   *
   * @throws PosternException PLUGIN_FAILED naming each plug-in that did not close
   */
  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
    }
    timer.close();
    List<PosternException> failures = closeAll(providers);
    if (!failures.isEmpty()) {
      PosternException failure =
          new PosternException(
              ErrorCode.PLUGIN_FAILED,
              "credential managers did not close well",
              failures.stream().map(Throwable::getMessage).toList());
      failures.forEach(failure::addSuppressed);
      throw failure;
    }
  }

  private static List<PosternException> closeAll(List<NamedProvider> providers) {
    List<PosternException> failures = new ArrayList<>();
    for (int i = providers.size() - 1; i >= 0; i--) {
      failures.addAll(providers.get(i).close());
    }
    return failures;
  }
}
