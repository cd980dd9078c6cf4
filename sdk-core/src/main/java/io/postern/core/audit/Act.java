package io.postern.core.audit;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.TreeMap;

/**
 * What is about to be written to the audit trail. Immutable; the methods give changed copies.
 *
 * @param actor a person's id, or {@code postern:} and the part of Postern that acts by itself
 * @param action what is done, such as {@code session.started}
 * @param subject kind and id of what it is done to, such as {@code session:01J9…}
 */
public record Act(
    String actor,
    String action,
    String subject,
    String from,
    String to,
    String why,
    Map<String, String> details) {
  public Act {
    requireNonNull(actor, "actor");
    requireNonNull(action, "action");
    requireNonNull(subject, "subject");
    details = Map.copyOf(details);
  }

  public static Act of(String actor, String action, String subject) {
    return new Act(actor, action, subject, "", "", "", Map.of());
  }

  /** From which state to which. */
  public Act moving(String before, String after) {
    return new Act(actor, action, subject, before, after, why, details);
  }

  public Act because(String reason) {
    return new Act(actor, action, subject, from, to, reason, details);
  }

  public Act with(String name, Object value) {
    Map<String, String> more = new TreeMap<>(details);
    more.put(name, value.toString());
    return new Act(actor, action, subject, from, to, why, more);
  }
}
