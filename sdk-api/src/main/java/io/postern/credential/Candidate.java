package io.postern.credential;

import static java.util.Objects.requireNonNull;

import io.postern.text.Text;
import java.util.Optional;

/**
 * A credential that fits a person and a jump item, without its secret (rule LOG-1).
 *
 * @param id where it lives
 * @param username the account it logs on as
 * @param label what a person reads when choosing
 * @param kind what it consists of
 * @param precedence how closely it was matched; the closest wins (rule LOG-5)
 * @param exclusive whether only one may hold it at a time, by check-out
 * @param holder who holds it now, where it is exclusive and checked out
 * @param signedOnUse whether a new key is made and signed each time it is used
 */
public record Candidate(
    CandidateId id,
    String username,
    String label,
    CredentialKind kind,
    Precedence precedence,
    boolean exclusive,
    Optional<String> holder,
    boolean signedOnUse) {
  /** How closely a credential is tied to what is asked for, the closest first (rule LOG-5). */
  public enum Precedence {
    /** Matched by the jump item itself. */
    ITEM,
    /** Matched by the item's jump group, tag or attributes. */
    GROUP,
    /** Matched by the person. */
    PERSON,
    /** Good everywhere. */
    SITE
  }

  /** A candidate that is lent as it is stored. */
  public Candidate(
      CandidateId id,
      String username,
      String label,
      CredentialKind kind,
      Precedence precedence,
      boolean exclusive,
      Optional<String> holder) {
    this(id, username, label, kind, precedence, exclusive, holder, false);
  }

  public Candidate {
    requireNonNull(id, "id");
    username = Text.prose(username, "user name", 256);
    label = Text.prose(label, "label", 500);
    requireNonNull(kind, "kind");
    requireNonNull(precedence, "precedence");
    requireNonNull(holder, "holder");
  }
}
