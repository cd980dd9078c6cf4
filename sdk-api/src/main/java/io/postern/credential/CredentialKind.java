package io.postern.credential;

/** What a credential consists of. Kinds may be added. */
public enum CredentialKind {
  /** A user name and a password. */
  PASSWORD,
  /** A user name and a private key, perhaps with a passphrase. */
  PRIVATE_KEY,
  /** A user name, a private key, and an OpenSSH certificate for it. */
  CERTIFICATE,
  /** A token that stands for itself, such as an API key. */
  TOKEN
}
