package io.postern.core.approval;

import io.postern.approval.RequestId;
import io.postern.approval.RequestStatus;
import io.postern.core.audit.Act;
import io.postern.core.store.Tx;
import io.postern.notice.Notice;
import io.postern.session.EndReason;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** Takes requests and approvals back, by people or by time. */
final class Cancellation {
  private final RequestRows rows;
  private final RequestOutcomes outcomes;
  private final RequesterNotices requester;
  private final InstantSource clock;

  @Inject
  Cancellation(
      RequestRows rows, RequestOutcomes outcomes, RequesterNotices requester, InstantSource clock) {
    this.rows = rows;
    this.outcomes = outcomes;
    this.requester = requester;
    this.clock = clock;
  }

  /**
   * Cancels a pending request or revokes an approved one, for somebody who is known to be
   * permitted.
   */
  void cancel(Tx tx, RequestId id, String actor, String comment) {
    RequestRows.requireComment(comment);
    Instant now = clock.instant();
    RequestRow row = rows.lock(tx, id);
    if (row.statusAt(now) != RequestStatus.APPROVED) {
      row.requirePending(now);
    }
    RequestStatus next =
        rows.move(
            tx,
            row,
            RequestEvent.CANCEL,
            comment,
            Optional.empty(),
            now,
            Act.of(actor, "request.cancelled", row.subject()).because(comment));
    if (!actor.equals(row.requester().value())) {
      requester.tell(tx, row, Notice.Kind.REQUEST_CANCELLED, "was cancelled", comment);
    }
    // Who else took it back may be one of its approvers, whom the requester never learns of.
    String shown = actor.equals(row.requester().value()) ? actor : Ballot.ACTOR;
    if (next == RequestStatus.REVOKED) {
      outcomes.revoked(tx, id, row.onRevocation(), comment, shown);
    } else {
      outcomes.refused(tx, id, EndReason.CANCELLED, comment, shown);
    }
  }

  /**
   * Takes a pending request back because its session was ended; nothing when it is not pending any
   * more. The caller ends the session.
   */
  void withdraw(Tx tx, RequestId id, String actor) {
    Instant now = clock.instant();
    RequestRow row = rows.lock(tx, id);
    if (row.statusAt(now) == RequestStatus.PENDING) {
      rows.move(
          tx,
          row,
          RequestEvent.CANCEL,
          "",
          Optional.empty(),
          now,
          Act.of(actor, "request.cancelled", row.subject()).because("its session was ended"));
    }
  }

  /** Expires a request that nobody decided, or an approval that nobody used, if it is due. */
  void expire(Tx tx, RequestId id) {
    Instant now = clock.instant();
    RequestRow row = rows.lock(tx, id);
    Act act = Act.of("postern:sweep", "request.expired", row.subject());
    if (row.status() == RequestStatus.PENDING && !now.isBefore(row.decideBy())) {
      rows.move(
          tx,
          row,
          RequestEvent.EXPIRE,
          "",
          Optional.empty(),
          now,
          act.because("nobody decided in time"));
      requester.tell(tx, row, Notice.Kind.REQUEST_EXPIRED, "expired; nobody decided in time", "");
      outcomes.refused(tx, id, EndReason.EXPIRED, "nobody decided in time", "postern:sweep");
    } else if (row.status() == RequestStatus.APPROVED
        && row.usableUntil().filter(until -> !now.isBefore(until)).isPresent()) {
      if (wasUsed(tx, id)) {
        tx.run("update access_request set due_at = null where id = ?", id);
      } else {
        rows.move(
            tx,
            row,
            RequestEvent.EXPIRE,
            row.comment(),
            Optional.empty(),
            now,
            act.because("nobody used it in time"));
        requester.tell(
            tx, row, Notice.Kind.REQUEST_EXPIRED, "was approved and nobody used it in time", "");
      }
    }
  }

  private static boolean wasUsed(Tx tx, RequestId id) {
    return tx.first(
            "select 1 as one from session where request = ? and active_since is not null",
            row -> row.number("one"),
            id)
        .isPresent();
  }
}
