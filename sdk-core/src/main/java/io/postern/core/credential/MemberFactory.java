package io.postern.core.credential;

import io.postern.PosternException;
import io.postern.core.credential.HeldCall.BrokenAnswer;
import io.postern.core.plugin.Discovery.Found;
import io.postern.credential.CredentialLimits;
import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProviderFactory;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes the members of one manager, at the start and when its settings change: one way for both
 * (rule ECM-4).
 */
final class MemberFactory implements AutoCloseable {
  /** What a plug-in instance is told of its host. */
  private record Surroundings(String instanceName, InstantSource clock) implements PluginContext {}

  private final String manager;
  private final Found<CredentialProviderFactory> plugin;
  private final InstantSource clock;
  private final CredentialLimits limits;
  private final HeldCalls calls;

  MemberFactory(
      String manager,
      Found<CredentialProviderFactory> plugin,
      InstantSource clock,
      CredentialLimits limits) {
    this.manager = manager;
    this.plugin = plugin;
    this.clock = clock;
    this.limits = limits;
    this.calls = callsAs(manager);
  }

  private HeldCalls callsAs(String label) {
    return new HeldCalls(label, plugin.factory().getClass().getClassLoader(), limits, clock);
  }

  PluginIdentity identity() {
    return plugin.identity();
  }

  /**
   * All that is wrong with these settings; the plug-in looks only at those that are each of the
   * right type.
   *
   * @throws PosternException PLUGIN_FAILED, CREDENTIAL_TIMED_OUT
   */
  List<String> faults(List<Settings> members) {
    List<String> faults = new ArrayList<>();
    if (members.isEmpty() || members.size() > limits.members()) {
      faults.add(
          "it has "
              + members.size()
              + " members, and must have 1 to "
              + limits.members()
              + "; the limits say how many");
    }
    for (int i = 0; i < members.size(); i++) {
      String prefix = members.size() == 1 ? "" : "member '" + name(i) + "': ";
      faults(members.get(i)).forEach(fault -> faults.add(prefix + fault));
    }
    return faults;
  }

  private List<String> faults(Settings settings) {
    return calls.call(
        "validate",
        deadline -> {
          List<Setting<?>> declared = plugin.factory().settings();
          if (declared == null) {
            throw new BrokenAnswer("its settings were null");
          }
          List<String> faults = new ArrayList<>(settings.faults(declared));
          if (faults.isEmpty()) {
            List<String> more = plugin.factory().validate(settings);
            if (more == null) {
              throw new BrokenAnswer("what is wrong with its settings was null");
            }
            faults.addAll(more);
          }
          return faults;
        },
        faults -> {});
  }

  private String name(int index) {
    return manager + "#" + (index + 1);
  }

  /**
   * Makes the members of settings without faults, all or none. The secrets are still the caller's
   * when this throws.
   *
   * @throws PosternException PLUGIN_FAILED, or a CREDENTIAL code that the plug-in chose
   */
  Members make(List<Settings> settings) {
    List<Member> made = new ArrayList<>();
    AtomicLong turns = new AtomicLong();
    try {
      for (int i = 0; i < settings.size(); i++) {
        made.add(make(name(i), settings.size() == 1 ? manager : name(i), settings.get(i), turns));
      }
      return new Members(made, limits.perCall().toNanos());
    } catch (RuntimeException | Error e) {
      new Members(made, limits.perCall().toNanos()).close(settings).forEach(e::addSuppressed);
      throw e;
    }
  }

  private Member make(String name, String label, Settings settings, AtomicLong turns) {
    HeldCalls own = callsAs(label);
    try {
      CredentialProvider provider =
          own.call(
              "create",
              deadline -> {
                CredentialProvider made =
                    plugin.factory().create(settings, new Surroundings(label, clock));
                if (made == null) {
                  throw new BrokenAnswer("the instance was null");
                }
                return made;
              },
              CredentialProvider::close);
      return new Member(name, label, settings, provider, own, new Standing(name, turns, clock));
    } catch (RuntimeException | Error e) {
      own.close();
      throw e;
    }
  }

  /** Ends calls that look at settings. */
  @Override
  public void close() {
    calls.close();
  }
}
