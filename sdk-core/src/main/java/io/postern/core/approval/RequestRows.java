package io.postern.core.approval;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.approval.RequestId;
import io.postern.approval.RequestStatus;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.store.Database.Dialect;
import io.postern.core.store.Tx;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.Optional;

/** Reads requests, and is the one place that changes their state. */
final class RequestRows {
  private static final int LONGEST_COMMENT = 2_000;

  private final Journal journal;

  @Inject
  RequestRows(Journal journal) {
    this.journal = journal;
  }

  Optional<RequestRow> find(Tx tx, RequestId id) {
    return tx.first(
        "select " + RequestRow.COLUMNS + " from access_request where id = ?", RequestRow::read, id);
  }

  RequestRow require(Tx tx, RequestId id) {
    return find(tx, id).orElseThrow(() -> notFound(id));
  }

  /** The row, held against every other change of it until the transaction ends. */
  RequestRow lock(Tx tx, RequestId id) {
    String locking = tx.dialect() == Dialect.POSTGRESQL ? " for update" : "";
    return tx.first(
            "select " + RequestRow.COLUMNS + " from access_request where id = ?" + locking,
            RequestRow::read,
            id)
        .orElseThrow(() -> notFound(id));
  }

  /** Refuses a comment that is too long for everybody who reads it. */
  static void requireComment(String comment) {
    if (comment.length() > LONGEST_COMMENT) {
      throw new PosternException(
          ErrorCode.ASK_INVALID,
          "a comment has at most " + LONGEST_COMMENT + " characters, this has " + comment.length());
    }
  }

  static PosternException notFound(RequestId id) {
    return new PosternException(
        ErrorCode.REQUEST_NOT_FOUND, "there is no request " + id + " that you may see");
  }

  /**
   * Moves a request by {@code event} and writes the entry; the transition table decides where to.
   *
   * @param usableUntil until when the approval holds
   */
  RequestStatus move(
      Tx tx,
      RequestRow row,
      RequestEvent event,
      String comment,
      Optional<Instant> usableUntil,
      Instant now,
      Act act) {
    RequestStatus next = RequestEvent.TABLE.require(row.status(), event, row.id().value());
    int changed =
        tx.run(
            "update access_request set status = ?, comment = ?, decided_at = ?, usable_until = ?,"
                + " due_at = ?, version = version + 1 where id = ? and version = ?",
            next,
            comment,
            now,
            usableUntil,
            usableUntil,
            row.id(),
            row.version());
    if (changed == 0) {
      throw new PosternException(
          ErrorCode.ALREADY_DECIDED,
          "request "
              + row.id()
              + " was changed by somebody else at the same instant; nothing was changed; look again");
    }
    journal.write(
        tx, act.moving(row.status().name(), next.name()).with("requester", row.requester()));
    return next;
  }
}
