package io.postern.core.session;

import io.postern.approval.RequestId;
import io.postern.core.approval.RequestOutcomes;
import io.postern.core.audit.Act;
import io.postern.core.jump.Items;
import io.postern.core.store.Database.Dialect;
import io.postern.core.store.Tx;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpPolicy.OnRevocation;
import io.postern.notice.Notice;
import io.postern.session.EndReason;
import io.postern.session.SessionStatus;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** What the outcome of a request does to the sessions that wait for it, or live by it. */
final class ApprovedSessions implements RequestOutcomes {
  private final SessionRows rows;
  private final Reservations reservations;
  private final Items items;
  private final Provider<Ending> ending;
  private final Provider<Provisioning> provisioning;
  private final Provider<TakingDown> takingDown;
  private final Provider<Freezing> freezing;
  private final SessionNotices notices;
  private final Nodes nodes;
  private final InstantSource clock;

  @Inject
  ApprovedSessions(
      SessionRows rows,
      Reservations reservations,
      Items items,
      Provider<Ending> ending,
      Provider<Provisioning> provisioning,
      Provider<TakingDown> takingDown,
      Provider<Freezing> freezing,
      SessionNotices notices,
      Nodes nodes,
      InstantSource clock) {
    this.rows = rows;
    this.reservations = reservations;
    this.items = items;
    this.ending = ending;
    this.provisioning = provisioning;
    this.takingDown = takingDown;
    this.freezing = freezing;
    this.notices = notices;
    this.nodes = nodes;
    this.clock = clock;
  }

  private List<SessionRow> of(Tx tx, RequestId id, String condition) {
    String locking = tx.dialect() == Dialect.POSTGRESQL ? " for update" : "";
    return tx.list(
        "select "
            + SessionRow.COLUMNS
            + " from session where request = ? and "
            + condition
            + " order by id"
            + locking,
        SessionRow::read,
        id);
  }

  @Override
  public void approved(Tx tx, RequestId id, Instant usableUntil, String actor) {
    for (SessionRow row : of(tx, id, "status = 'WAITING_FOR_APPROVAL'")) {
      approve(tx, row, usableUntil, actor);
    }
  }

  private void approve(Tx tx, SessionRow row, Instant usableUntil, String actor) {
    Instant now = clock.instant();
    boolean later = row.startsAt().filter(start -> start.isAfter(now)).isPresent();
    Course allowed =
        row.startsAt().isPresent()
            ? row.course().within(usableUntil, Optional.of(usableUntil))
            : row.course()
                .within(usableUntil.minus(row.course().duration()), Optional.of(usableUntil));
    Optional<JumpItem> item = items.find(tx, row.item());
    Instant from = later ? row.startsAt().orElseThrow() : now;
    boolean free =
        item.flatMap(found -> SessionSpans.of(found, from, allowed))
            .map(span -> reservations.reserve(tx, row.id(), item.orElseThrow(), span))
            .orElse(true);
    if (!free) {
      ending
          .get()
          .stop(
              tx,
              row,
              EndReason.REFUSED,
              row.itemName()
                  + " was reserved by somebody else while the request waited; the approval"
                  + " holds until "
                  + usableUntil
                  + ", so start again when the item is free",
              actor);
    } else if (later) {
      rows.move(
          tx,
          row,
          SessionEvent.SCHEDULE,
          allowed.scheduled(from),
          Act.of(actor, "session.scheduled", row.subject()).because("its request was approved"));
    } else {
      rows.move(
          tx,
          row,
          SessionEvent.PROVISION,
          allowed.provisioning(nodes.me(), now.plus(Provisioning.TAKEN_UP_AFTER)),
          Act.of(actor, "session.approved", row.subject()).because("its request was approved"));
      tx.afterCommit(() -> provisioning.get().begin(row.id()));
    }
  }

  @Override
  public void refused(Tx tx, RequestId id, EndReason reason, String why, String actor) {
    for (SessionRow row : of(tx, id, "status = 'WAITING_FOR_APPROVAL'")) {
      ending.get().stop(tx, row, reason, why, actor);
    }
  }

  @Override
  public void revoked(Tx tx, RequestId id, OnRevocation effect, String why, String actor) {
    for (SessionRow row : of(tx, id, "status not in ('ENDING', 'ENDED')")) {
      boolean begun = row.course().activeSince().isPresent();
      if (!begun || effect == OnRevocation.END) {
        ending.get().stop(tx, row, EndReason.REVOKED, why, actor);
        tx.afterCommit(() -> takingDown.get().begin(row.id()));
      } else if (effect == OnRevocation.FREEZE) {
        if (row.status() != SessionStatus.FROZEN) {
          freezing.get().freeze(tx, row, actor, "the approval was revoked");
        }
      } else {
        notices.tell(
            tx, row, Notice.Kind.REQUEST_CANCELLED, "goes on; its approval was revoked", why);
      }
    }
  }
}
