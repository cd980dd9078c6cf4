package io.postern.core.plugin;

import io.postern.core.credential.HostsView;
import io.postern.spi.CallContext;
import io.postern.spi.PluginContext;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HealthCheck;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A credential provider: is it made, does its store answer, what does it find, does it close. */
record ProviderCheckup(
    CredentialProviderFactory factory,
    PluginContext context,
    Optional<Search> search,
    Steps steps,
    Findings findings)
    implements Checkup.Kind {
  private static final int MOST_SHOWN = 10;

  @Override
  public List<Setting<?>> declared() {
    return steps.run("its settings", factory::settings);
  }

  @Override
  public List<String> validate(Settings settings) {
    return steps.run("what it says of its settings", () -> factory.validate(settings));
  }

  @Override
  public void use(Settings settings) {
    CredentialProvider provider = steps.run("create", () -> factory.create(settings, context));
    findings.good("an instance was made");
    try {
      Health health = steps.run("health", () -> provider.health(new HealthCheck(deadline())));
      if (health.usable()) {
        findings.good("its store answers: " + health.detail());
        search.ifPresentOrElse(
            one -> find(provider, one),
            () -> findings.untried("finding credentials (--find <host>)"));
      } else {
        findings.wrong(
            "its store cannot be used: " + health.detail(),
            "see whether address and log-on in the settings are right, and the store is up");
      }
    } finally {
      close(provider);
    }
  }

  private Instant deadline() {
    return context.clock().instant().plus(HeldStep.LIMIT);
  }

  private void find(CredentialProvider provider, Search asked) {
    CallContext call =
        new CallContext(
            asked.person(),
            Optional.empty(),
            Optional.of(asked.endpoint().item()),
            "find",
            "doctor",
            deadline());
    HostsView answer =
        steps.run(
            "find",
            () ->
                HostsView.of(provider, provider.find(new FindRequest(asked.endpoint(), "", call))));
    List<FoundCredential> found = answer.found();
    if (answer.fault().isPresent()) {
      findings.wrong(
          answer.fault().get(),
          "a host takes nothing of such an answer; give each credential a key of its own and a user"
              + " name, match by item, group or person, and promise no capability that is not there");
      return;
    }
    findings.good("it found " + found.size() + " credentials for " + asked.words());
    found.stream()
        .limit(MOST_SHOWN)
        .forEach(
            one ->
                findings.note(
                    one.precedence()
                        + " "
                        + one.kind()
                        + " "
                        + one.key()
                        + " ("
                        + one.username()
                        + ")"));
  }

  private void close(CredentialProvider provider) {
    new Ending(steps, findings).of(provider::close);
  }
}
