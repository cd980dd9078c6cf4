package io.postern.credential;

import static java.util.Objects.requireNonNull;

import io.postern.text.Text;
import java.util.Optional;

/**
 * A credential with its secret, on its way to whatever needs it. Closing wipes it. Kinds may be
 * added.
 */
public sealed interface Credential extends AutoCloseable {
  /** The account it logs on as. */
  String username();

  /** What it consists of. */
  CredentialKind kind();

  /** Wipes every secret in it. Harmless when done twice. */
  @Override
  void close();

  /** User name and password. */
  static Password password(String username, Secret password) {
    return new Password(username, password);
  }

  /** User name and private key; the key is the bytes of an OpenSSH, PKCS#8 or PEM file. */
  static PrivateKey privateKey(String username, Secret key) {
    return new PrivateKey(username, key, Optional.empty());
  }

  /** User name and private key with the passphrase that opens it. */
  static PrivateKey privateKey(String username, Secret key, Secret passphrase) {
    return new PrivateKey(username, key, Optional.of(passphrase));
  }

  /** A user name and a password. */
  record Password(String username, Secret password) implements Credential {
    public Password {
      username = Text.prose(username, "user name", 256);
      requireNonNull(password, "password");
    }

    @Override
    public CredentialKind kind() {
      return CredentialKind.PASSWORD;
    }

    @Override
    public void close() {
      password.close();
    }
  }

  /** A user name and a private key. */
  record PrivateKey(String username, Secret key, Optional<Secret> passphrase)
      implements Credential {
    public PrivateKey {
      username = Text.prose(username, "user name", 256);
      requireNonNull(key, "key");
      requireNonNull(passphrase, "passphrase");
    }

    @Override
    public CredentialKind kind() {
      return CredentialKind.PRIVATE_KEY;
    }

    @Override
    public void close() {
      key.close();
      passphrase.ifPresent(Secret::close);
    }
  }
}
