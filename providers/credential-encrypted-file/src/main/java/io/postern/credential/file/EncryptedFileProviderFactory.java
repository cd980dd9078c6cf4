package io.postern.credential.file;

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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes providers that keep their credentials in one encrypted file; configured by the name {@code
 * encrypted-file}. The file is made and filled with {@link EncryptedCredentialFile}.
 */
public final class EncryptedFileProviderFactory implements CredentialProviderFactory {
  private static final Setting<Path> FILE =
      Setting.path("file", "The encrypted credential file.").required();
  private static final Setting<Secret> PASSPHRASE =
      Setting.secret("passphrase", "The passphrase that opens the file, unless a key file does.");
  private static final Setting<Path> KEY_FILE =
      Setting.path(
          "key-file",
          "A file with the 32 random bytes that open the file, or their Base64, which only its owner"
              + " may read; unless a passphrase does.");
  private static final Setting<Duration> LOCK_TIMEOUT =
      Setting.duration("lock-timeout", "How long to wait for others who are changing the file.")
          .orElse("PT10S");
  private static final Setting<Integer> ROTATION_LENGTH =
      Setting.number(
              "rotation-length", 12, 128, "How many characters a password made by rotation has.")
          .orElse("24");

  /** For {@link java.util.ServiceLoader}. */
  public EncryptedFileProviderFactory() {}

  @Override
  public PluginIdentity identity() {
    return PluginIdentity.of("encrypted-file", "0.1.0");
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of(FILE, PASSPHRASE, KEY_FILE, LOCK_TIMEOUT, ROTATION_LENGTH);
  }

  @Override
  public List<String> validate(Settings settings) {
    List<String> faults = new ArrayList<>();
    boolean passphrase = settings.keys().contains(PASSPHRASE.key());
    boolean keyFile = settings.keys().contains(KEY_FILE.key());
    if (passphrase && keyFile) {
      faults.add("settings 'passphrase' and 'key-file' exclude each other; give one");
    } else if (!passphrase && !keyFile) {
      faults.add("one of settings 'passphrase' and 'key-file' must be given");
    } else if (passphrase && settings.find(PASSPHRASE).map(Secret::length).orElse(1) == 0) {
      faults.add("setting 'passphrase' is empty");
    }
    return faults;
  }

  @Override
  public CredentialProvider create(Settings settings, PluginContext context) {
    // Checked before by Postern; once more for whoever makes a provider by hand.
    List<String> faults = new ArrayList<>(settings.faults(settings()));
    faults.addAll(validate(settings));
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
    Optional<FileKey> passphrase = settings.find(PASSPHRASE).map(FileKey::passphrase);
    FileKey key = passphrase.orElseGet(() -> FileKey.keyFile(settings.get(KEY_FILE)));
    return new EncryptedFileProvider(
        new StoreFile(settings.get(FILE), key, new Disk() {}),
        settings.get(LOCK_TIMEOUT),
        settings.get(ROTATION_LENGTH),
        context.clock());
  }
}
