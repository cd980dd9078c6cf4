package io.postern.core.approval;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.approval.AccessRequest;
import io.postern.approval.RequestId;
import io.postern.approval.RequestStatus;
import io.postern.core.store.Row;
import io.postern.jump.ApprovalTerms.Scope;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPolicy.OnRevocation;
import io.postern.person.PersonId;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** A request as the store has it. */
record RequestRow(
    RequestId id,
    JumpItemId item,
    String itemName,
    PersonId requester,
    RequestStatus status,
    Scope scope,
    boolean selfApproval,
    int needed,
    String reason,
    String ticket,
    Optional<Instant> startsAt,
    Duration duration,
    String language,
    String policy,
    OnRevocation onRevocation,
    Instant askedAt,
    Instant decideBy,
    String comment,
    Optional<Instant> usableUntil,
    long version) {
  static final String COLUMNS =
      "id, item, coalesce((select i.name from jump_item i where i.id = item), item) as item_name, requester, status, scope, self_approval, needed, reason, ticket, starts_at, duration,"
          + " language, policy, on_revocation, asked_at, decide_by, comment, usable_until, version";

  static RequestRow read(Row row) {
    return new RequestRow(
        RequestId.of(row.text("id")),
        JumpItemId.of(row.text("item")),
        row.text("item_name"),
        PersonId.of(row.text("requester")),
        RequestStatus.valueOf(row.text("status")),
        Scope.valueOf(row.text("scope")),
        row.flag("self_approval"),
        (int) row.number("needed"),
        row.text("reason"),
        row.text("ticket"),
        row.optionalInstant("starts_at"),
        row.duration("duration"),
        row.text("language"),
        row.text("policy"),
        OnRevocation.valueOf(row.text("on_revocation")),
        row.instant("asked_at"),
        row.instant("decide_by"),
        row.text("comment"),
        row.optionalInstant("usable_until"),
        row.number("version"));
  }

  String subject() {
    return "request:" + id;
  }

  /**
   * How it stands at {@code now}: a pending one whose time is over counts as expired before the
   * sweep has seen it.
   */
  RequestStatus statusAt(Instant now) {
    return status == RequestStatus.PENDING && !now.isBefore(decideBy)
        ? RequestStatus.EXPIRED
        : status;
  }

  /**
   * Refuses whatever only an undecided request allows, and says what became of it (rule REQ-13).
   */
  void requirePending(Instant now) {
    switch (statusAt(now)) {
      case PENDING -> {}
      case APPROVED, DENIED ->
          throw new PosternException(
              ErrorCode.ALREADY_DECIDED,
              "request "
                  + id
                  + " is already "
                  + status.name().toLowerCase(Locale.ROOT)
                  + "; nothing was changed; "
                  + (status == RequestStatus.APPROVED
                      ? "cancelling it takes that back"
                      : "it takes a new request to change that"));
      case CANCELLED, REVOKED ->
          throw new PosternException(
              ErrorCode.REQUEST_CANCELLED,
              "request " + id + " was taken back; nothing was changed; it takes a new request");
      case EXPIRED ->
          throw new PosternException(
              ErrorCode.REQUEST_EXPIRED,
              "request " + id + " expired; nothing was changed; ask anew");
    }
  }

  AccessRequest view(String requesterName, Instant now) {
    return new AccessRequest(
        id,
        item,
        itemName,
        requester,
        requesterName,
        reason,
        ticket,
        startsAt,
        duration,
        Locale.forLanguageTag(language),
        scope,
        needed,
        askedAt,
        decideBy,
        statusAt(now),
        comment);
  }
}
