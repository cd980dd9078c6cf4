package io.postern.core.plugin;

import io.postern.credential.CredentialKind;
import io.postern.spi.PluginContext;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.connector.Connector;
import io.postern.spi.connector.ConnectorFactory;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A connector: is it made, what does it take and need, does it close. Nothing is connected to. */
record ConnectorCheckup(
    ConnectorFactory factory,
    PluginContext context,
    Optional<Search> search,
    Steps steps,
    Findings findings)
    implements Checkup.Kind {
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
    Connector connector = steps.run("create", () -> factory.create(settings, context));
    findings.good("an instance was made");
    try {
      Set<CredentialKind> accepts = steps.run("accepts", connector::accepts);
      if (accepts.isEmpty()) {
        findings.wrong("it accepts no kind of credential", "name those that it can log on with");
      } else {
        findings.good("it logs on with " + accepts);
      }
      search.ifPresent(
          one -> {
            List<String> missing = steps.run("missing", () -> connector.missing(one.endpoint()));
            missing.forEach(what -> findings.note(one.endpoint().host() + " lacks: " + what));
          });
    } finally {
      new Ending(steps, findings).of(connector::close);
    }
  }
}
