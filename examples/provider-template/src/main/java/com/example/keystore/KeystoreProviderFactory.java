package com.example.keystore;

import io.postern.credential.Secret;
import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

// region identity
/**
 * Says who the plug-in is and which settings it knows, and makes instances. It touches neither file
 * nor network: hosts run it to look at a configuration.
 */
public final class KeystoreProviderFactory implements CredentialProviderFactory {
  @Override
  public PluginIdentity identity() {
    return PluginIdentity.of("pkcs12", "1.0");
  }

  // endregion

  // region settings
  private static final Setting<Path> FILE =
      Setting.path("file", "The key store, an absolute path.").required();
  private static final Setting<Secret> PASSWORD =
      Setting.secret("password", "The password that opens it.").required();
  private static final Setting<String> FOR_ALL =
      Setting.text("for-all", "What aliases for every jump item begin with.").orElse("all");

  @Override
  public List<Setting<?>> settings() {
    return List.of(FILE, PASSWORD, FOR_ALL);
  }

  // endregion

  // region validate
  @Override
  public List<String> validate(Settings settings) {
    List<String> faults = new ArrayList<>();
    if (settings.find(FILE).filter(file -> !file.isAbsolute()).isPresent()) {
      faults.add("setting 'file' must be absolute: a host may be started anywhere");
    }
    if (settings.get(FOR_ALL).contains("/")) {
      faults.add("setting 'for-all' must be one part of an alias, without '/'");
    }
    return faults;
  }

  // endregion

  // region create
  @Override
  public CredentialProvider create(Settings settings, PluginContext context) {
    // Postern has asked before; this is for whoever makes an instance by hand.
    List<String> faults = new ArrayList<>(settings.faults(settings()));
    faults.addAll(faults.isEmpty() ? validate(settings) : List.of());
    if (!faults.isEmpty()) {
      throw ProviderException.withoutEffect(
          Failure.MISCONFIGURED, String.join("; ", faults), "settings=" + settings, null);
    }
    return new KeystoreProvider(
        new Keystore(settings.get(FILE), settings.get(PASSWORD)),
        settings.get(FOR_ALL),
        context.clock());
  }
  // endregion
}
