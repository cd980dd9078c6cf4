package io.postern.credential;

/** What a credential consists of. Kinds may be added. */
public enum CredentialKind {
  /** A user name and a password. */
  PASSWORD,
  /** A user name and a private key, perhaps with a passphrase. */
  PRIVATE_KEY
}
