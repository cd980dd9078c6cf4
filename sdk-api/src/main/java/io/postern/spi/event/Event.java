package io.postern.spi.event;

import static java.util.Objects.requireNonNull;

import io.postern.audit.AuditEntry;

/**
 * Something that was done or refused, as the audit trail has it (rule SES-15). Holds no secret.
 *
 * @param position its place in the chain of the trail: 1 for the first, and one more for each that
 *     follows, so that whoever keeps the last one knows what came twice. A gap means that an entry
 *     was taken out of the store past Postern
 * @param entry who, what, when, from which state to which, why
 */
public record Event(long position, AuditEntry entry) {
  public Event {
    if (position < 1) {
      throw new IllegalArgumentException("position must be 1 or more, was " + position);
    }
    requireNonNull(entry, "entry");
  }
}
