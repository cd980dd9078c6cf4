package io.postern.core.approval;

import io.postern.approval.RequestId;
import io.postern.core.store.Database;
import io.postern.core.sweep.Sweep;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Expires requests that nobody decided and approvals that nobody used (rule REQ-12). */
final class DueRequests implements Sweep {
  private static final Logger log = LoggerFactory.getLogger(DueRequests.class);
  private static final int PASS = 100;
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(5);

  private final Database database;
  private final Cancellation cancellation;
  private final InstantSource clock;

  @Inject
  DueRequests(Database database, Cancellation cancellation, InstantSource clock) {
    this.database = database;
    this.cancellation = cancellation;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "due requests";
  }

  @Override
  public boolean sweep() {
    List<RequestId> due =
        database.read(
            tx ->
                tx.list(
                    "select id from access_request where due_at <= ? order by due_at limit ?",
                    row -> RequestId.of(row.text("id")),
                    clock.instant(),
                    PASS));
    for (RequestId id : due) {
      try {
        database.change(
            tx -> {
              cancellation.expire(tx, id);
              return id;
            });
      } catch (RuntimeException e) {
        log.warn("due request put off request={}", id, e);
        putOff(id);
      }
    }
    return due.size() == PASS;
  }

  /** One request must not keep the others waiting, nor this sweep from resting. */
  private void putOff(RequestId id) {
    Instant later = clock.instant().plus(AGAIN_AFTER);
    database.changeAtOnce(
        tx ->
            tx.run(
                "update access_request set due_at = ? where id = ? and due_at is not null",
                later,
                id));
  }
}
