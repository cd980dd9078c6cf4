package io.postern.audit;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.Map;

/**
 * One thing that was done or refused: who, what, when, from which state to which, why (rule
 * SES-15). Never holds a secret.
 *
 * @param number its place in the store, growing but not without gaps
 * @param at when
 * @param actor who: a person's id, or {@code postern:} and the part of Postern that acted by itself
 * @param action what, such as {@code session.started}
 * @param subject the kind and id of what it was done to, such as {@code session:01J9…}
 * @param from the state before, or an empty text
 * @param to the state after, or an empty text
 * @param why the reason in words, or an empty text
 * @param details further facts by name
 */
public record AuditEntry(
    long number,
    Instant at,
    String actor,
    String action,
    String subject,
    String from,
    String to,
    String why,
    Map<String, String> details) {
  public AuditEntry {
    requireNonNull(at, "at");
    requireNonNull(actor, "actor");
    requireNonNull(action, "action");
    requireNonNull(subject, "subject");
    requireNonNull(from, "from");
    requireNonNull(to, "to");
    requireNonNull(why, "why");
    details = Map.copyOf(details);
  }
}
