package io.postern.core.session;

import io.postern.core.session.Reservations.Span;
import io.postern.jump.JumpItem;
import java.time.Instant;
import java.util.Optional;

/** How long a session takes its place. */
final class SessionSpans {
  private SessionSpans() {}

  /**
   * From {@code from} until the latest moment at which it can end, and the cleanup after it; empty
   * where places are not counted. The span shrinks once the session begins, so that waiting never
   * eats work time and nobody is put in twice.
   */
  static Optional<Span> of(JumpItem item, Instant from, Course course) {
    if (!item.occupancy().isLimited()) {
      return Optional.empty();
    }
    Instant latest =
        course.endsAt().orElseGet(() -> course.claimBy().orElse(from).plus(course.duration()));
    return Optional.of(new Span(from, latest.plus(item.occupancy().cleanup())));
  }
}
