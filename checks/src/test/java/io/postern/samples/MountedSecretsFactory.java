package io.postern.samples;

import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProviderFactory;
import java.nio.file.Path;
import java.util.List;

// region factory
/** Passwords that an orchestrator mounts as files. */
public final class MountedSecretsFactory implements CredentialProviderFactory {
  private static final Setting<Path> FOLDER =
      Setting.path("folder", "where the passwords lie, as <jump item>/<user name>").required();

  @Override
  public PluginIdentity identity() {
    return PluginIdentity.of("mounted-secrets", "1.0");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(FOLDER);
  }

  @Override
  public CredentialProvider create(Settings settings, PluginContext context) {
    return new MountedSecrets(settings.get(FOLDER));
  }
}
// endregion
