package io.postern.audit;

import java.time.Instant;
import java.util.Optional;

/**
 * Which entries are wanted; all conditions that are given must hold.
 *
 * @param actor who acted, exactly
 * @param subject what it was done to, exactly, such as {@code session:01J9…}
 * @param action what was done: an action, or the part before its dot for all of them, such as
 *     {@code session}
 * @param from not before this instant
 * @param until before this instant
 */
public record AuditQuery(
    Optional<String> actor,
    Optional<String> subject,
    Optional<String> action,
    Optional<Instant> from,
    Optional<Instant> until) {
  /** Everything. */
  public static AuditQuery all() {
    return new AuditQuery(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** Entries of this actor: a person's id, or {@code postern:} and a part of Postern. */
  public AuditQuery by(String actorId) {
    return new AuditQuery(Optional.of(actorId), subject, action, from, until);
  }

  /** Entries about this thing, such as {@code session:01J9…}. */
  public AuditQuery about(String subjectId) {
    return new AuditQuery(actor, Optional.of(subjectId), action, from, until);
  }

  /** Entries of this action, or of all actions whose name begins with it and a dot. */
  public AuditQuery action(String name) {
    return new AuditQuery(actor, subject, Optional.of(name), from, until);
  }

  /** From {@code first} on and before {@code end}. */
  public AuditQuery between(Instant first, Instant end) {
    return new AuditQuery(actor, subject, action, Optional.of(first), Optional.of(end));
  }
}
