package io.postern.credential.aws;

import io.postern.credential.aws.RoleKeys.Role;
import io.postern.credential.aws.Wire.Route;
import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes providers whose credentials are in AWS Secrets Manager; configured by the name {@code aws}.
 * Which secret is for whom stands in its tags; the module's README says how.
 */
public final class AwsProviderFactory implements CredentialProviderFactory {
  /** For {@link java.util.ServiceLoader}. */
  public AwsProviderFactory() {}

  @Override
  public PluginIdentity identity() {
    return PluginIdentity.of("aws", "0.1.0");
  }

  @Override
  public List<Setting<?>> settings() {
    return AwsSettings.all();
  }

  @Override
  public List<String> validate(Settings settings) {
    return AwsSettings.faults(settings);
  }

  @Override
  public CredentialProvider create(Settings settings, PluginContext context) {
    // Checked before by Postern; once more for whoever makes a provider by hand.
    List<String> wrong = new ArrayList<>(settings.faults(settings()));
    wrong.addAll(validate(settings));
    if (!wrong.isEmpty()) {
      throw ProviderException.withoutEffect(
          Failure.MISCONFIGURED,
          "credential manager '"
              + context.instanceName()
              + "' cannot be made of its settings: "
              + String.join("; ", wrong),
          "settings=" + settings,
          null);
    }
    InstantSource clock = context.clock();
    Route route =
        new Route(
            settings.find(AwsSettings.REGION),
            uri(settings, AwsSettings.ENDPOINT),
            settings.get(AwsSettings.CONNECT_TIMEOUT),
            settings.get(AwsSettings.READ_TIMEOUT));
    Faults faults = new Faults(place(route));
    Wire wire = new Wire(route, keys(settings, context), clock, context.instanceName(), faults);
    String stage = settings.get(AwsSettings.VERSION_STAGE);
    SecretsService service =
        new SecretsService(
            wire,
            faults,
            settings.get(AwsSettings.NAME_PREFIX),
            settings.get(AwsSettings.MAX_SECRETS));
    Lender lender = new Lender(service, faults, stage);
    Rotation rotation =
        new Rotation(
            service,
            lender,
            faults,
            settings.get(AwsSettings.ROTATION_LENGTH),
            settings.get(AwsSettings.ROTATION_POLL));
    return new AwsProvider(wire, service, lender, rotation, faults, clock);
  }

  private static String place(Route route) {
    return "AWS Secrets Manager"
        + route.region().map(region -> " in " + region).orElse("")
        + route.endpoint().map(endpoint -> " at " + endpoint).orElse("");
  }

  private static AccessKeys keys(Settings settings, PluginContext context) {
    AccessKeys base =
        settings
            .find(AwsSettings.ACCESS_KEY_ID)
            .<AccessKeys>map(
                id -> {
                  GuardedKey key = new GuardedKey(id, settings.get(AwsSettings.SECRET_ACCESS_KEY));
                  return (http, region) -> key;
                })
            .orElseGet(() -> new ChainKeys(settings.find(AwsSettings.PROFILE)));
    Optional<String> role = settings.find(AwsSettings.ROLE_ARN);
    if (role.isEmpty()) {
      return base;
    }
    String usualName = "postern-" + context.instanceName().replaceAll("[^\\w+=,.@-]", "-");
    return new RoleKeys(
        new Role(
            role.get(),
            settings.find(AwsSettings.EXTERNAL_ID),
            settings
                .find(AwsSettings.ROLE_SESSION_NAME)
                .orElse(usualName.substring(0, Math.min(64, usualName.length()))),
            settings.get(AwsSettings.ROLE_DURATION),
            uri(settings, AwsSettings.STS_ENDPOINT)),
        base,
        context.clock(),
        settings.get(AwsSettings.CONNECT_TIMEOUT).plus(settings.get(AwsSettings.READ_TIMEOUT)));
  }

  private static Optional<URI> uri(Settings settings, Setting<String> setting) {
    return settings.find(setting).flatMap(AwsSettings::uri);
  }
}
