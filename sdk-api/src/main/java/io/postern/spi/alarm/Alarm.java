package io.postern.spi.alarm;

import static java.util.Objects.requireNonNull;

import io.postern.credential.CandidateId;
import io.postern.credential.LeaseId;
import java.time.Instant;
import java.util.Optional;

/**
 * What a person must look at. Holds no secret.
 *
 * @param kind what happened; kinds may be added, so a {@code switch} needs a default
 * @param at when
 * @param manager the credential manager's name as configured
 * @param credential which credential; empty where it is about the manager
 * @param lease which lease; empty where it is about the manager
 * @param text the same for people, with what to do
 */
public record Alarm(
    Kind kind,
    Instant at,
    String manager,
    Optional<CandidateId> credential,
    Optional<LeaseId> lease,
    String text) {
  /** What happened. */
  public enum Kind {
    /** A credential could not be given back, and nobody tries any more. */
    LEASE_IRREVOCABLE,
    /** A credential was given back and could not be rotated, and nobody tries any more. */
    ROTATION_GIVEN_UP,
    /**
     * A credential could not be given back or rotated for about an hour, because its manager does
     * not answer; it goes on being tried, at most an hour apart. Told once for each lease.
     */
    LEASE_OVERDUE,
    /**
     * A credential ends before the session or the check-out that uses it, because it could not be
     * renewed. Both go on; what the store ends with the credential, such as a database user, does
     * not.
     */
    LEASE_NOT_RENEWED,
    /** No instance of a credential manager answers any more. */
    MANAGER_LOST
  }

  public Alarm {
    requireNonNull(kind, "kind");
    requireNonNull(at, "at");
    requireNonNull(manager, "manager");
    requireNonNull(credential, "credential");
    requireNonNull(lease, "lease");
    requireNonNull(text, "text");
  }
}
