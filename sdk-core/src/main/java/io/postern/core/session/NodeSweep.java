package io.postern.core.session;

import io.postern.PosternException;
import io.postern.core.credential.Lending;
import io.postern.core.store.Database;
import io.postern.core.sweep.Sweep;
import io.postern.session.EndReason;
import io.postern.session.SessionStatus;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes up what dead processes left: sessions with live connections end as interrupted and are
 * settled, half-finished ones go on here.
 */
final class NodeSweep implements Sweep {
  private static final Logger log = LoggerFactory.getLogger(NodeSweep.class);
  private static final int PASS = 100;

  private final Database database;
  private final SessionRows rows;
  private final Ending ending;
  private final Lending lending;
  private final Nodes nodes;
  private final InstantSource clock;

  @Inject
  NodeSweep(
      Database database,
      SessionRows rows,
      Ending ending,
      Lending lending,
      Nodes nodes,
      InstantSource clock) {
    this.database = database;
    this.rows = rows;
    this.ending = ending;
    this.lending = lending;
    this.nodes = nodes;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "processes";
  }

  @Override
  public boolean sweep() {
    boolean more = false;
    for (String dead : nodes.dead()) {
      more |= takeUp(dead);
    }
    return more;
  }

  /** Takes up a pass of a dead process's sessions; true when it may have left more. */
  boolean takeUp(String dead) {
    List<SessionRow> left =
        database.read(
            tx ->
                tx.list(
                    "select "
                        + SessionRow.COLUMNS
                        + " from session where node = ? and status <> 'ENDED' order by id limit ?",
                    SessionRow::read,
                    dead,
                    PASS));
    boolean allTaken = true;
    for (SessionRow row : left) {
      try {
        takeUp(row);
      } catch (PosternException e) {
        // One session must not keep the others waiting; the next pass finds it again.
        log.debug("session not taken up session={} code={}", row.id(), e.code());
        allTaken = false;
      }
    }
    lending.takeUp(dead);
    if (left.isEmpty()) {
      nodes.forget(dead);
    }
    return allTaken && !left.isEmpty();
  }

  private void takeUp(SessionRow row) {
    Instant now = clock.instant();
    database.change(
        tx -> {
          SessionRow current = rows.lock(tx, row.id());
          if (!current.course().node().equals(row.course().node())) {
            return current;
          }
          if (current.status() == SessionStatus.ACTIVE
              || current.status() == SessionStatus.FROZEN) {
            current =
                ending.stop(
                    tx,
                    current,
                    EndReason.INTERRUPTED,
                    "the process with its connections stopped",
                    "postern:sessions");
          }
          if (current.status() == SessionStatus.ENDING) {
            // Its connections died with it, so there is nothing to wait for.
            lending.giveBack(tx, current.id(), Duration.ZERO);
          }
          return current;
        });
    // Whoever is due now is taken up by the sweep of due sessions, whatever the dead process had in
    // mind.
    database.changeAtOnce(
        tx ->
            tx.run(
                "update session set node = null, due_at = ?, version = version + 1 where id = ? and node = ?"
                    + " and status in ('ENDING', 'PROVISIONING')",
                now,
                row.id(),
                row.course().node()));
  }
}
