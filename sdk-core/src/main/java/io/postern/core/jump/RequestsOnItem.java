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
   * where they may start the item those whose approval is anyone's. The newest first.
   */
  static List<RequestOnItem> visibleTo(Tx tx, Person person, JumpItemId item, boolean permitted) {
    return tx.list(
        "select r.id, r.requester, r.status, r.starts_at, r.asked_at, r.duration, r.usable_until"
            + " from access_request r where r.item = ? and r.status in ('PENDING', 'APPROVED')"
            + " and (r.requester = ? or (r.scope = 'ANYONE_PERMITTED' and ? = 1)"
            + " or exists (select 1 from access_request_approver a where a.request = r.id and "
            + Rights.isMember("a.kind", "a.approver", tx.dialect())
            + ")) order by r.asked_at desc, r.id desc limit "
            + MOST,
        row -> {
          Instant from = row.optionalInstant("starts_at").orElse(row.instant("asked_at"));
          return new RequestOnItem(
              RequestId.of(row.text("id")),
              PersonId.of(row.text("requester")),
              RequestStatus.valueOf(row.text("status")),
              from,
              row.optionalInstant("usable_until").orElse(from.plus(row.duration("duration"))));
        },
        item,
        person.id(),
        permitted,
        person.id(),
        Rights.groups(person));
  }
}
