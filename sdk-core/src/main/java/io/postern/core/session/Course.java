package io.postern.core.session;

import io.postern.session.EndReason;
import io.postern.session.SessionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The part of a session that changes, as a value: each method gives the course after a change, with
 * the moment at which time must act on it next ({@code dueAt}).
 *
 * @param duration how long it may last from its first use
 * @param claimBy when it expires unless it was connected
 * @param endsAt before it began: a moment it may never outlast; after: when it ends
 * @param thawedStatus where a frozen session goes on
 * @param node the process that makes it ready or has its live connections
 */
record Course(
    SessionStatus status,
    Optional<EndReason> endReason,
    String endDetail,
    Duration duration,
    Optional<Instant> claimBy,
    Optional<Instant> activeSince,
    Optional<Instant> endsAt,
    Optional<Instant> endedAt,
    String frozenMessage,
    Optional<SessionStatus> thawedStatus,
    int extensions,
    Optional<String> node,
    Optional<Instant> dueAt) {

  static Course waiting(Duration duration) {
    return new Course(
        SessionStatus.WAITING_FOR_APPROVAL,
        Optional.empty(),
        "",
        duration,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        "",
        Optional.empty(),
        0,
        Optional.empty(),
        Optional.empty());
  }

  /**
   * The span it may use: to be claimed until, and never to outlast, where there is such a limit.
   */
  Course within(Instant claimUntil, Optional<Instant> limit) {
    return new Course(
        status,
        endReason,
        endDetail,
        duration,
        Optional.of(claimUntil),
        activeSince,
        limit,
        endedAt,
        frozenMessage,
        thawedStatus,
        extensions,
        node,
        dueAt);
  }

  Course scheduled(Instant start) {
    return to(SessionStatus.SCHEDULED, Optional.empty(), Optional.of(start));
  }

  Course provisioning(String atNode, Instant takenUpAt) {
    return to(SessionStatus.PROVISIONING, Optional.of(atNode), Optional.of(takenUpAt));
  }

  Course available() {
    return to(SessionStatus.AVAILABLE, Optional.empty(), claimBy);
  }

  /**
   * Until when it can be used, whatever time had to be put off: {@code dueAt} says when time looks
   * at it next, which is later where an attempt to end it failed. Empty where it cannot be used.
   */
  Optional<Instant> usableUntil() {
    SessionStatus stands = status == SessionStatus.FROZEN ? thawedStatus.orElseThrow() : status;
    return switch (stands) {
      case AVAILABLE -> Stream.concat(claimBy.stream(), endsAt.stream()).min(Instant::compareTo);
      case ACTIVE -> endsAt;
      default -> Optional.empty();
    };
  }

  /** Begins its work time now; it ends after its duration, or at its limit if that comes first. */
  Course active(Instant now) {
    Instant end = now.plus(duration);
    Instant until = endsAt.filter(limit -> limit.isBefore(end)).orElse(end);
    return new Course(
        SessionStatus.ACTIVE,
        endReason,
        endDetail,
        duration,
        claimBy,
        Optional.of(now),
        Optional.of(until),
        endedAt,
        frozenMessage,
        thawedStatus,
        extensions,
        node,
        Optional.of(until));
  }

  Course extended(Duration more) {
    Instant until = endsAt.orElseThrow().plus(more);
    return new Course(
        status,
        endReason,
        endDetail,
        duration.plus(more),
        claimBy,
        activeSince,
        Optional.of(until),
        endedAt,
        frozenMessage,
        thawedStatus,
        extensions + 1,
        node,
        Optional.of(until));
  }

  Course frozen(String message) {
    return new Course(
        SessionStatus.FROZEN,
        endReason,
        endDetail,
        duration,
        claimBy,
        activeSince,
        endsAt,
        endedAt,
        message,
        Optional.of(status),
        extensions,
        node,
        dueAt);
  }

  Course thawed() {
    return new Course(
        thawedStatus.orElseThrow(),
        endReason,
        endDetail,
        duration,
        claimBy,
        activeSince,
        endsAt,
        endedAt,
        "",
        Optional.empty(),
        extensions,
        node,
        dueAt);
  }

  Course at(Optional<String> otherNode) {
    return to(status, otherNode, dueAt);
  }

  /** Is being taken down, by {@code node} or, from {@code takenUpAt} on, by anyone. */
  Course ending(EndReason reason, String detail, Instant takenUpAt) {
    return new Course(
        SessionStatus.ENDING,
        Optional.of(reason),
        detail,
        duration,
        claimBy,
        activeSince,
        endsAt,
        endedAt,
        frozenMessage,
        Optional.empty(),
        extensions,
        node,
        Optional.of(takenUpAt));
  }

  Course ended(EndReason reason, String detail, Instant now) {
    return new Course(
        SessionStatus.ENDED,
        Optional.of(reason),
        detail,
        duration,
        claimBy,
        activeSince,
        endsAt,
        Optional.of(now),
        frozenMessage,
        Optional.empty(),
        extensions,
        Optional.empty(),
        Optional.empty());
  }

  private Course to(SessionStatus next, Optional<String> atNode, Optional<Instant> due) {
    return new Course(
        next,
        endReason,
        endDetail,
        duration,
        claimBy,
        activeSince,
        endsAt,
        endedAt,
        frozenMessage,
        thawedStatus,
        extensions,
        atNode,
        due);
  }
}
