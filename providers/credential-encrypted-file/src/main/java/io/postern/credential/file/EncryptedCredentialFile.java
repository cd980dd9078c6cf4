package io.postern.credential.file;

import static java.util.Objects.requireNonNull;

import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.credential.file.SealedSecret.Part;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An encrypted credential file in the hands of those who fill it: embedders and operators. The
 * provider {@code encrypted-file} answers from the same file, sees each change at once, and may run
 * meanwhile in this process or another.
 *
 * <p>Every method that changes something is durable when it returns: written as a whole, to the
 * disk. Methods wait up to ten seconds for others who are changing the file. Safe for use by
 * several threads.
 *
 * <p>Failures are {@link io.postern.spi.credential.ProviderException}s: MISCONFIGURED for a
 * missing, damaged or newer file or a wrong key, UNAVAILABLE when the disk refuses or another
 * process keeps the lock, TIMED_OUT when the thread is interrupted.
 */
public final class EncryptedCredentialFile implements AutoCloseable {
  private static final TimeLimit LIMIT = TimeLimit.forLocks(Duration.ofSeconds(10));

  private final StoreFile file;

  private EncryptedCredentialFile(StoreFile file) {
    this.file = file;
  }

  /**
   * Makes an empty file where there is none.
   *
   * @param path in a directory that this process may write to
   * @param key opens the file from now on
   */
  public static EncryptedCredentialFile create(Path path, FileKey key) {
    return create(path, key, new Disk() {});
  }

  static EncryptedCredentialFile create(Path path, FileKey key, Disk disk) {
    StoreFile file = new StoreFile(requireNonNull(path, "path"), key, disk);
    return ready(file, () -> file.create(LIMIT));
  }

  /** Opens a file and checks the key and every byte of it. */
  public static EncryptedCredentialFile open(Path path, FileKey key) {
    return open(path, key, new Disk() {});
  }

  static EncryptedCredentialFile open(Path path, FileKey key, Disk disk) {
    StoreFile file = new StoreFile(requireNonNull(path, "path"), key, disk);
    return ready(file, () -> file.read(LIMIT));
  }

  private static EncryptedCredentialFile ready(StoreFile file, Runnable first) {
    try {
      first.run();
      return new EncryptedCredentialFile(file);
    } catch (RuntimeException e) {
      file.close(LIMIT);
      throw e;
    }
  }

  /** What is in it, by key, without secrets. */
  public List<CredentialEntry> list() {
    return file.read(LIMIT).entries().values().stream().map(StoredEntry::entry).toList();
  }

  /**
   * Adds an entry, or replaces the one with its key: its secret, and also a rotation that was under
   * way. A check-out stays.
   *
   * @param secret the password, or the private key without a passphrase; not empty; stays the
   *     caller's
   */
  public void put(CredentialEntry entry, Secret secret) {
    putBoth(entry, secret, null);
  }

  /**
   * Adds or replaces an entry with a private key and its passphrase; otherwise as {@link
   * #put(CredentialEntry, Secret)}.
   */
  public void put(CredentialEntry entry, Secret privateKey, Secret passphrase) {
    if (entry.kind() != CredentialKind.PRIVATE_KEY) {
      throw new IllegalArgumentException(
          "entry '" + entry.key() + "' is a password; only private keys have a passphrase");
    }
    putBoth(entry, privateKey, requireNonNull(passphrase, "passphrase"));
  }

  private void putBoth(CredentialEntry entry, Secret secret, @Nullable Secret passphrase) {
    String key = entry.key();
    if (secret.length() == 0 || (passphrase != null && passphrase.length() == 0)) {
      throw new IllegalArgumentException("entry '" + key + "' must not have an empty secret");
    }
    file.change(
        LIMIT,
        now -> {
          SealedSecret sealed = file.seal(secret, Part.MAIN, key, now);
          SealedSecret sealedPassphrase =
              passphrase == null ? null : file.seal(passphrase, Part.PASSPHRASE, key, now);
          StoredEntry old = now.find(key);
          StoredEntry next = StoredEntry.of(entry, sealed, sealedPassphrase);
          return now.with(old == null ? next : next.heldBy(old.hold()));
        });
  }

  /**
   * Removes an entry.
   *
   * @return whether there was one
   */
  public boolean remove(String key) {
    boolean[] found = new boolean[1];
    file.change(
        LIMIT,
        now -> {
          found[0] = now.find(key) != null;
          return found[0] ? now.without(key) : now;
        });
    return found[0];
  }

  /**
   * Gives the file another passphrase or key file, and seals everything in it anew. Providers that
   * run with the old key fail as MISCONFIGURED from then on. Older copies of the file still open
   * with the old key.
   */
  public void changeKey(FileKey newKey) {
    file.changeKey(requireNonNull(newKey, "newKey"), LIMIT);
  }

  /** Wipes the keys held here. Harmless when done twice. */
  @Override
  public void close() {
    file.close(LIMIT);
  }

  /** The path. */
  @Override
  public String toString() {
    return "EncryptedCredentialFile[" + file.path() + "]";
  }
}
