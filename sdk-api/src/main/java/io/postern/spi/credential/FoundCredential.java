package io.postern.spi.credential;

import static java.util.Objects.requireNonNull;

import io.postern.credential.Candidate.Precedence;
import io.postern.credential.CredentialKind;
import io.postern.text.Text;

/**
 * A credential that a provider has for a person and an endpoint, without its secret.
 *
 * @param key the provider's own identifier, stable, not a secret, 1 to 200 characters
 * @param username the account it logs on as
 * @param label what a person reads when choosing
 * @param kind what it consists of
 * @param precedence what it was matched by: the item itself, its group, the person, or the whole
 *     site
 * @param exclusive whether it must be checked out; only with {@link ChecksOutAccounts}
 */
public record FoundCredential(
    String key,
    String username,
    String label,
    CredentialKind kind,
    Precedence precedence,
    boolean exclusive) {
  public FoundCredential {
    key = Text.id(key, "credential key");
    requireNonNull(username, "username");
    requireNonNull(label, "label");
    requireNonNull(kind, "kind");
    requireNonNull(precedence, "precedence");
  }
}
