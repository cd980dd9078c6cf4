package io.postern.credential.vault;

import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes providers that have their credentials from HashiCorp Vault or OpenBao; configured by the
 * name {@code vault}.
 */
public final class VaultProviderFactory implements CredentialProviderFactory {
  /** For {@link java.util.ServiceLoader}. */
  public VaultProviderFactory() {}

  @Override
  public PluginIdentity identity() {
    return PluginIdentity.of("vault", "0.1.0");
  }

  @Override
  public List<Setting<?>> settings() {
    return VaultSettings.ALL;
  }

  @Override
  public List<String> validate(Settings settings) {
    return VaultSettings.faults(settings);
  }

  @Override
  public CredentialProvider create(Settings settings, PluginContext context) {
    // Checked before by Postern; once more for whoever makes a provider by hand.
    List<String> faults = new ArrayList<>(settings.faults(settings()));
    if (faults.isEmpty()) {
      faults.addAll(validate(settings));
    }
    if (!faults.isEmpty()) {
      throw ProviderException.withoutEffect(
          Failure.MISCONFIGURED,
          "credential manager '"
              + context.instanceName()
              + "' cannot be made of its settings: "
              + String.join("; ", faults),
          "settings=" + settings,
          null);
    }
    return VaultProvider.of(settings, context.clock());
  }
}
