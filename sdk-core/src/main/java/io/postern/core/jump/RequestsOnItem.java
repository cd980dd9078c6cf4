package io.postern.core.jump;

import io.postern.approval.RequestId;
import io.postern.approval.RequestStatus;
import io.postern.core.store.Tx;
import io.postern.jump.JumpItemDetail.RequestOnItem;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import java.time.Instant;
import java.util.List;

/** Reads the approval room's requests, for the detail of an item (rule CAT-5). */
final class RequestsOnItem {
  /** More are not shown; nobody reads them, and a list has an end. */
  private static final int MOST = 200;

  private RequestsOnItem() {}

  /**
   * Pending and approved requests that concern the person: their own, those they may decide, and
   * where they may start the item those whose approval is anyone's. With them the person's own one
   * that last came to nothing, so that they see its outcome here (rule REQ-6). The newest first.
   */
  static List<RequestOnItem> visibleTo(Tx tx, Person person, JumpItemId item, boolean permitted) {
    // Two ways that each begin with an index: an item may have had very many requests.
    return tx.list(
        "select r.id, r.requester, r.status, r.starts_at, r.asked_at, r.duration, r.usable_until,"
            + " r.comment from access_request r"
            + " where (r.item = ? and r.status in ('PENDING', 'APPROVED')"
            + " and (r.requester = ? or (r.scope = 'ANYONE_PERMITTED' and ? = 1)"
            + " or exists (select 1 from access_request_approver a where a.request = r.id and "
            + Rights.isMember("a.kind", "a.approver", tx.dialect())
            + "))) or r.id = (select l.id from access_request l where l.item = ? and l.requester = ?"
            + " and l.status in ('DENIED', 'CANCELLED', 'EXPIRED', 'REVOKED')"
            + " order by l.decided_at desc, l.id desc limit 1)"
            + " order by r.asked_at desc, r.id desc limit "
            + MOST,
        row -> {
          Instant from = row.optionalInstant("starts_at").orElse(row.instant("asked_at"));
          return new RequestOnItem(
              RequestId.of(row.text("id")),
              PersonId.of(row.text("requester")),
              RequestStatus.valueOf(row.text("status")),
              from,
              row.optionalInstant("usable_until").orElse(from.plus(row.duration("duration"))),
              row.text("comment"));
        },
        item,
        person.id(),
        permitted,
        person.id(),
        Rights.groups(person),
        item,
        person.id());
  }
}
