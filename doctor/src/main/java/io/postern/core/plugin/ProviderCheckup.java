package io.postern.core.plugin;

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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A credential provider: is it made, does its store answer, what does it find, does it close. */
record ProviderCheckup(
    CredentialProviderFactory factory,
    PluginContext context,
    Optional<Search> search,
    Steps steps,
    Findings findings)
    implements Checkup.Kind {
  private static final int MOST_FOUND = 10_000;
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
    List<FoundCredential> found =
        steps.run(
            "find", () -> bounded(provider.find(new FindRequest(asked.endpoint(), "", call))));
    if (found.size() > MOST_FOUND) {
      findings.wrong(
          "it found more than " + MOST_FOUND + " credentials for one person and endpoint",
          "match by item, group or person; a host refuses such an answer");
      return;
    }
    Set<String> keys = new HashSet<>();
    for (FoundCredential one : found) {
      if (!keys.add(one.key()) || one.username().isBlank()) {
        findings.wrong(
            "it found '" + one.key() + "' twice, or without a user name",
            "give each credential a key of its own, and a user name");
      }
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

  /** The list may have no end, and its elements come from the plug-in's own code. */
  @SuppressWarnings("NullAway") // a plug-in may well give null, and that is what is looked for
  private static List<FoundCredential> bounded(List<FoundCredential> answer) {
    if (answer == null) {
      return null;
    }
    List<FoundCredential> found = new ArrayList<>();
    for (FoundCredential one : answer) {
      found.add(java.util.Objects.requireNonNull(one));
      if (found.size() > MOST_FOUND) {
        break;
      }
    }
    return found;
  }

  private void close(CredentialProvider provider) {
    new Ending(steps, findings).of(provider::close);
  }
}
