package io.postern.credential.file;

import static java.util.Objects.requireNonNull;

import io.postern.credential.Secret;
import io.postern.spi.credential.ProviderException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What opens an {@link EncryptedCredentialFile}: a passphrase, or a file with a key. Immutable;
 * safe for use by several threads.
 */
public final class FileKey {
  /** The least, and the usual, number of PBKDF2 iterations for a passphrase. */
  public static final int LEAST_ITERATIONS = 210_000;

  /** More than this takes minutes, so a header that asks for it was not written by Postern. */
  static final int MOST_ITERATIONS = 50_000_000;

  private final @Nullable Secret passphrase;
  private final @Nullable Path keyFile;
  private final int iterations;

  private FileKey(@Nullable Secret passphrase, @Nullable Path keyFile, int iterations) {
    this.passphrase = passphrase;
    this.keyFile = keyFile;
    this.iterations = iterations;
  }

  /**
   * A passphrase, stretched with {@link #LEAST_ITERATIONS}.
   *
   * @param passphrase stays the caller's, who keeps it open as long as the file is in use and
   *     closes it afterwards; not empty
   */
  public static FileKey passphrase(Secret passphrase) {
    return passphrase(passphrase, LEAST_ITERATIONS);
  }

  /**
   * A passphrase, stretched harder when a file is made with it. A file that exists says itself how
   * often.
   *
   * @param passphrase as in {@link #passphrase(Secret)}
   * @param iterations 210,000 to 50,000,000; each million takes a second or two
   */
  public static FileKey passphrase(Secret passphrase, int iterations) {
    if (requireNonNull(passphrase, "passphrase").length() == 0) {
      throw new IllegalArgumentException("passphrase must not be empty");
    }
    if (iterations < LEAST_ITERATIONS || iterations > MOST_ITERATIONS) {
      throw new IllegalArgumentException(
          "iterations must be "
              + LEAST_ITERATIONS
              + " to "
              + MOST_ITERATIONS
              + ", was "
              + iterations);
    }
    return new FileKey(passphrase, null, iterations);
  }

  /**
   * A file with 32 random bytes, as they are or in Base64, that only its owner may read. Read when
   * the credential file is opened or its key has changed.
   */
  public static FileKey keyFile(Path path) {
    return new FileKey(null, requireNonNull(path, "path").toAbsolutePath(), 0);
  }

  boolean isPassphrase() {
    return passphrase != null;
  }

  /** How a new file is to derive its key. */
  int iterations() {
    return iterations;
  }

  /**
   * The key that wraps the file's own key; the caller closes it.
   *
   * @param stillWanted run now and then; what it throws ends the work
   * @throws ProviderException MISCONFIGURED when the key file cannot be used
   */
  Secret derive(byte[] salt, int headerIterations, Runnable stillWanted) {
    if (passphrase != null) {
      return Pbkdf2.key(passphrase, salt, headerIterations, stillWanted);
    }
    return KeyFile.read(requireNonNull(keyFile));
  }

  /** The kind only. */
  @Override
  public String toString() {
    return isPassphrase() ? "FileKey[passphrase]" : "FileKey[key file " + keyFile + "]";
  }
}
