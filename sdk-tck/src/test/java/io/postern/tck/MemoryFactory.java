package io.postern.tck;

import io.postern.credential.Secret;
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

/** Makes providers of a store in memory. Not final: broken ones extend it. */
public class MemoryFactory implements CredentialProviderFactory {
  static final Setting<String> REALM = Setting.text("realm", "which part of the store").required();
  static final Setting<String> USER = Setting.text("user", "who logs on");
  static final Setting<Secret> TOKEN = Setting.secret("token", "what logs on").required();

  final MemoryStore store;

  /** For ServiceLoader. */
  public MemoryFactory() {
    this(new MemoryStore());
  }

  MemoryFactory(MemoryStore store) {
    this.store = store;
  }

  @Override
  public PluginIdentity identity() {
    return PluginIdentity.of("memory", "1.0");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(REALM, USER, TOKEN);
  }

  @Override
  public List<String> validate(Settings settings) {
    List<String> faults = new ArrayList<>();
    if (settings.find(REALM).orElse("").contains(" ")) {
      faults.add("setting 'realm' contains a space");
    }
    if (settings.find(USER).orElse("").contains(" ")) {
      faults.add("setting 'user' contains a space");
    }
    return faults;
  }

  @Override
  public CredentialProvider create(Settings settings, PluginContext context) {
    List<String> faults = validate(settings);
    if (!faults.isEmpty()) {
      throw ProviderException.withoutEffect(
          Failure.MISCONFIGURED, String.join("; ", faults), "", null);
    }
    return provider(settings, context);
  }

  CredentialProvider provider(Settings settings, PluginContext context) {
    return new MemoryProvider(store, context.clock());
  }
}
