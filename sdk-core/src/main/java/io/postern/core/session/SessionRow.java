package io.postern.core.session;

import io.postern.approval.RequestId;
import io.postern.core.store.Row;
import io.postern.jump.JumpItemId;
import io.postern.person.PersonId;
import io.postern.session.EndReason;
import io.postern.session.SessionDetail;
import io.postern.session.SessionId;
import io.postern.session.SessionState;
import io.postern.session.SessionStatus;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** A session as the store has it: what never changes, and its {@link Course}. */
record SessionRow(
    SessionId id,
    JumpItemId item,
    String itemName,
    PersonId owner,
    Optional<RequestId> request,
    String reason,
    String ticket,
    Locale language,
    Instant createdAt,
    Optional<Instant> startsAt,
    boolean startWhenApproved,
    Optional<String> idempotencyKey,
    String askDigest,
    String policy,
    Course course,
    Optional<Instant> decideBy,
    long version) {
  static final String COLUMNS =
      "id, item, item_name, owner, request, status, end_reason, end_detail, reason, ticket, language,"
          + " created_at, starts_at, duration, claim_by, active_since, ends_at, ended_at,"
          + " frozen_message, thawed_status, extensions, idempotency_key, ask_digest,"
          + " start_when_approved, policy, node, due_at, version,"
          + " (select r.decide_by from access_request r where r.id = request) as decide_by";

  static SessionRow read(Row row) {
    return new SessionRow(
        SessionId.of(row.text("id")),
        JumpItemId.of(row.text("item")),
        row.text("item_name"),
        PersonId.of(row.text("owner")),
        row.optionalText("request").map(RequestId::of),
        row.text("reason"),
        row.text("ticket"),
        Locale.forLanguageTag(row.text("language")),
        row.instant("created_at"),
        row.optionalInstant("starts_at"),
        row.flag("start_when_approved"),
        row.optionalText("idempotency_key"),
        row.text("ask_digest"),
        row.text("policy"),
        new Course(
            SessionStatus.valueOf(row.text("status")),
            row.optionalText("end_reason").map(EndReason::valueOf),
            row.text("end_detail"),
            row.duration("duration"),
            row.optionalInstant("claim_by"),
            row.optionalInstant("active_since"),
            row.optionalInstant("ends_at"),
            row.optionalInstant("ended_at"),
            row.text("frozen_message"),
            row.optionalText("thawed_status").map(SessionStatus::valueOf),
            (int) row.number("extensions"),
            row.optionalText("node"),
            row.optionalInstant("due_at")),
        row.optionalInstant("decide_by"),
        row.number("version"));
  }

  SessionStatus status() {
    return course.status();
  }

  /** Its request, if it stands at {@code expected}. */
  Optional<RequestId> requestIf(SessionStatus expected) {
    return status() == expected ? request : Optional.empty();
  }

  String subject() {
    return "session:" + id;
  }

  SessionDetail detail() {
    return new SessionDetail(
        id,
        item,
        itemName,
        owner,
        request,
        reason,
        ticket,
        createdAt,
        startsAt,
        course.duration(),
        state());
  }

  private SessionState state() {
    return switch (course.status()) {
      case WAITING_FOR_APPROVAL ->
          new SessionState.WaitingForApproval(request.orElseThrow(), decideBy.orElseThrow());
      case SCHEDULED -> new SessionState.Scheduled(startsAt.orElseThrow());
      case PROVISIONING -> new SessionState.Provisioning();
      case AVAILABLE -> new SessionState.Available(course.claimBy().orElseThrow());
      case ACTIVE ->
          new SessionState.Active(
              course.activeSince().orElseThrow(), course.endsAt().orElseThrow());
      case FROZEN ->
          new SessionState.Frozen(course.frozenMessage(), course.usableUntil().orElseThrow());
      case ENDING -> new SessionState.Ending(course.endReason().orElseThrow());
      case ENDED ->
          new SessionState.Ended(
              course.endReason().orElseThrow(), course.endDetail(), course.endedAt().orElseThrow());
    };
  }
}
