package io.postern.spi.credential;

import static java.util.Objects.requireNonNull;

import io.postern.credential.Candidate.Precedence;
import io.postern.credential.CredentialKind;
import io.postern.text.Text;
import java.util.Objects;

/**
 * A credential that a provider has for a person and an endpoint, without its secret. Immutable; the
 * methods that change something give changed copies. Equal when all of it is.
 *
 * <ul>
 *   <li><b>CP-LEAK-4</b> MUST NOT show a secret: not in the key, the user name or the label. The
 *       same holds for lease references, details of a {@link Health} and faults of settings.
 * </ul>
 */
public final class FoundCredential {
  private final String key;
  private final String username;
  private final String label;
  private final CredentialKind kind;
  private final Precedence precedence;
  private final boolean exclusive;
  private final boolean signed;

  private FoundCredential(
      String key,
      String username,
      String label,
      CredentialKind kind,
      Precedence precedence,
      boolean exclusive,
      boolean signed) {
    this.key = Text.id(key, "credential key");
    this.username = Text.prose(username, "user name", 256);
    this.label = Text.prose(label, "label", 500);
    this.kind = requireNonNull(kind, "kind");
    this.precedence = requireNonNull(precedence, "precedence");
    this.exclusive = exclusive;
    this.signed = signed;
    if (signed && kind != CredentialKind.CERTIFICATE) {
      throw new IllegalArgumentException(
          "only a CERTIFICATE can be signed on use; '" + key + "' is a " + kind);
    }
  }

  /**
   * A credential that several may use at once, labelled with its user name.
   *
   * @param key the provider's own identifier, stable, not a secret, 1 to 200 characters
   * @param username the account it logs on as, at most 256 characters
   * @param kind what it consists of
   * @param precedence what it was matched by: the item itself, its group, the person, or the whole
   *     site
   * @throws IllegalArgumentException when a text is out of its range
   */
  public static FoundCredential of(
      String key, String username, CredentialKind kind, Precedence precedence) {
    return new FoundCredential(key, username, username, kind, precedence, false, false);
  }

  /** The same with what a person reads when choosing, at most 500 characters. */
  public FoundCredential labelled(String text) {
    return new FoundCredential(key, username, text, kind, precedence, exclusive, signed);
  }

  /**
   * The same, to be had by check-out only, or not.
   *
   * <ul>
   *   <li><b>CP-CAP-1</b> MUST NOT be exclusive when its provider does not implement {@link
   *       ChecksOutAccounts}.
   * </ul>
   */
  public FoundCredential exclusive(boolean byCheckOutOnly) {
    return new FoundCredential(key, username, label, kind, precedence, byCheckOutOnly, signed);
  }

  /**
   * The same, to be had by having a new public key signed. Several may have it at once: each has a
   * key of its own.
   *
   * <ul>
   *   <li><b>CP-CAP-2</b> MUST NOT be signed on use when its provider does not implement {@link
   *       SignsSshCertificates}.
   * </ul>
   *
   * @throws IllegalArgumentException unless its kind is {@link CredentialKind#CERTIFICATE}
   */
  public FoundCredential signedOnUse() {
    return new FoundCredential(key, username, label, kind, precedence, exclusive, true);
  }

  /** The provider's own identifier, stable, not a secret. */
  public String key() {
    return key;
  }

  /** The account it logs on as. */
  public String username() {
    return username;
  }

  /** What a person reads when choosing. */
  public String label() {
    return label;
  }

  /** What it consists of. */
  public CredentialKind kind() {
    return kind;
  }

  /** What it was matched by. */
  public Precedence precedence() {
    return precedence;
  }

  /** Whether it must be checked out. */
  public boolean isExclusive() {
    return exclusive;
  }

  /** Whether a new public key is signed each time it is used. */
  public boolean isSignedOnUse() {
    return signed;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FoundCredential that
        && key.equals(that.key)
        && username.equals(that.username)
        && label.equals(that.label)
        && kind == that.kind
        && precedence == that.precedence
        && exclusive == that.exclusive
        && signed == that.signed;
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, username, label, kind, precedence, exclusive, signed);
  }

  @Override
  public String toString() {
    return key + " (" + username + ")";
  }
}
