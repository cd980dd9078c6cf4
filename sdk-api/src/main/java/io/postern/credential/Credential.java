package io.postern.credential;

import static java.util.Objects.requireNonNull;

import io.postern.text.Text;
import java.util.List;
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

  /** Every secret in it, at least one. */
  List<Secret> secrets();

  /** A second one with the same content and a life of its own. */
  Credential copy();

  /** Wipes every secret in it. Harmless when done twice. */
  @Override
  default void close() {
    secrets().forEach(Secret::close);
  }

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

  /**
   * User name, private key and the OpenSSH certificate for it.
   *
   * @param certificate one line as in a {@code -cert.pub} file: the type, the certificate in
   *     Base64, perhaps a comment; not a secret, at most 64 KiB
   */
  static Certificate certificate(String username, Secret key, String certificate) {
    return new Certificate(username, key, Optional.empty(), certificate);
  }

  /** A token, and whose it is: an account, or the name under which it was issued. */
  static Token token(String username, Secret token) {
    return new Token(username, token);
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
    public Credential copy() {
      return new Password(username, password.copy());
    }

    @Override
    public List<Secret> secrets() {
      return List.of(password);
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
    public Credential copy() {
      return new PrivateKey(username, key.copy(), passphrase.map(Secret::copy));
    }

    @Override
    public List<Secret> secrets() {
      return withPassphrase(key, passphrase);
    }
  }

  /**
   * A user name, a private key, and an OpenSSH certificate for it.
   *
   * @param certificate one line as in a {@code -cert.pub} file; not a secret
   */
  record Certificate(String username, Secret key, Optional<Secret> passphrase, String certificate)
      implements Credential {
    public Certificate {
      username = Text.prose(username, "user name", 256);
      requireNonNull(key, "key");
      requireNonNull(passphrase, "passphrase");
      certificate = Text.prose(certificate.strip(), "certificate", 65_536);
    }

    @Override
    public CredentialKind kind() {
      return CredentialKind.CERTIFICATE;
    }

    @Override
    public Credential copy() {
      return new Certificate(username, key.copy(), passphrase.map(Secret::copy), certificate);
    }

    @Override
    public List<Secret> secrets() {
      return withPassphrase(key, passphrase);
    }
  }

  /** A token, and whose it is. */
  record Token(String username, Secret token) implements Credential {
    public Token {
      username = Text.prose(username, "user name", 256);
      requireNonNull(token, "token");
    }

    @Override
    public CredentialKind kind() {
      return CredentialKind.TOKEN;
    }

    @Override
    public Credential copy() {
      return new Token(username, token.copy());
    }

    @Override
    public List<Secret> secrets() {
      return List.of(token);
    }
  }

  private static List<Secret> withPassphrase(Secret key, Optional<Secret> passphrase) {
    return passphrase.map(opens -> List.of(key, opens)).orElseGet(() -> List.of(key));
  }
}
