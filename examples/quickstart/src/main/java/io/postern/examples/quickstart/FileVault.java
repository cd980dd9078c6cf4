package io.postern.examples.quickstart;

import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.credential.file.CredentialEntry;
import io.postern.credential.file.EncryptedCredentialFile;
import io.postern.credential.file.FileKey;
import io.postern.spi.Settings;
import java.nio.file.Path;
import java.util.Optional;

/** The default: one encrypted file. Whoever has the file and not the passphrase has nothing. */
final class FileVault implements Vault {
  private final Path file;
  private final Secret passphrase;
  private final EncryptedCredentialFile credentials;

  private FileVault(Path file, Secret passphrase, EncryptedCredentialFile credentials) {
    this.file = file;
    this.passphrase = passphrase;
    this.credentials = credentials;
  }

  /** A new file under a random passphrase, which is gone when the story is over. */
  static FileVault create(Path file) {
    Secret passphrase = RandomSecret.ofCharacters(32);
    try {
      return new FileVault(
          file, passphrase, EncryptedCredentialFile.create(file, FileKey.passphrase(passphrase)));
    } catch (RuntimeException e) {
      passphrase.close();
      throw e;
    }
  }

  @Override
  public String description() {
    return "an encrypted file under a random passphrase: " + file.getFileName();
  }

  @Override
  public String plugin() {
    return "encrypted-file";
  }

  @Override
  public Settings settings() {
    return Settings.with("file", file).and("passphrase", passphrase.copy());
  }

  @Override
  public String put(Place place, Credential credential) {
    String account = credential.username();
    String key = place.item() + "-" + account;
    if (credential instanceof Credential.Password known) {
      credentials.put(entry(CredentialEntry.password(key, account), place), known.password());
    } else if (credential instanceof Credential.PrivateKey known && known.passphrase().isEmpty()) {
      credentials.put(entry(CredentialEntry.privateKey(key, account), place), known.key());
    } else if (credential instanceof Credential.PrivateKey known) {
      credentials.put(
          entry(CredentialEntry.privateKey(key, account), place),
          known.key(),
          known.passphrase().orElseThrow());
    }
    return "for this endpoint, for one holder at a time";
  }

  private static CredentialEntry entry(CredentialEntry.Builder entry, Place place) {
    return entry.forItem(place.item().value()).exclusive().build();
  }

  /** The file is the story's own; it may stay among what the story leaves. */
  @Override
  public Optional<String> remove() {
    return Optional.empty();
  }

  @Override
  public void close() {
    try {
      credentials.close();
    } finally {
      passphrase.close();
    }
  }
}
