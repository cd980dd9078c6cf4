package io.postern.core.session;

import io.postern.core.store.Database;
import io.postern.core.sweep.Sweep;
import io.postern.session.SessionId;
import io.postern.session.SessionStatus;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Lets changes take effect on sessions with connections here: those that other processes made to
 * them, and those of rights and policies.
 */
final class LiveSweep implements Sweep {
  private static final int PASS = 500;

  private final Database database;
  private final LiveSessions live;
  private final TakingDown takingDown;
  private final Freezing freezing;
  private final Beginning beginning;
  private final Rejudging rejudging;

  @Inject
  LiveSweep(
      Database database,
      LiveSessions live,
      TakingDown takingDown,
      Freezing freezing,
      Beginning beginning,
      Rejudging rejudging) {
    this.database = database;
    this.live = live;
    this.takingDown = takingDown;
    this.freezing = freezing;
    this.beginning = beginning;
    this.rejudging = rejudging;
  }

  @Override
  public String name() {
    return "live sessions";
  }

  /** How a session stands that has connections here. */
  private record Standing(
      SessionStatus status,
      String message,
      Optional<Instant> begun,
      Optional<Instant> endsAt,
      long version) {
    /** Before it began nothing was to pass in it, and what its row says is no end yet. */
    Optional<Instant> until() {
      return begun.isPresent() ? endsAt : Optional.empty();
    }
  }

  @Override
  public boolean sweep() {
    // First what needs no store, because it may be away.
    live.all().forEach(this::withoutStore);
    List<SessionId> ids = new ArrayList<>(live.ids());
    for (int from = 0; from < ids.size(); from += PASS) {
      apply(ids.subList(from, Math.min(ids.size(), from + PASS)));
    }
    return false;
  }

  private void withoutStore(LiveSession session) {
    if (session.isStillOver()) {
      live.stop(session.id());
      takingDown.closeStopped(session.id());
    }
    session.unwrittenEnd().ifPresent(end -> takingDown.write(session.id(), end));
    if (session.unwrittenFreeze().isPresent()) {
      freezing.write(session);
    }
    if (live.forgetIdle(session.id())) {
      beginning.lastConnectionClosed(session.id());
    }
  }

  private void apply(List<SessionId> ids) {
    Map<SessionId, Standing> standings = new HashMap<>();
    database.read(
        tx ->
            tx.list(
                "select id, status, frozen_message, active_since, ends_at, version from session where id in ("
                    + String.join(", ", Collections.nCopies(ids.size(), "?"))
                    + ")",
                row ->
                    standings.put(
                        SessionId.of(row.text("id")),
                        new Standing(
                            SessionStatus.valueOf(row.text("status")),
                            row.text("frozen_message"),
                            row.optionalInstant("active_since"),
                            row.optionalInstant("ends_at"),
                            row.number("version"))),
                ids.toArray()));
    standings.forEach(
        (id, standing) -> {
          standing.until().ifPresent(until -> live.lasts(id, until, standing.version()));
          switch (standing.status()) {
            // Useless at once: what takes it down may wait for others that wait for a slow vault.
            case ENDING -> {
              live.stop(id);
              takingDown.begin(id);
            }
            case ENDED -> {
              live.stop(id);
              takingDown.disconnect(id);
            }
            case FROZEN -> live.freeze(id, standing.message(), standing.version());
            case ACTIVE, AVAILABLE -> {
              live.thaw(id, standing.version());
              rejudging.begin(id);
            }
            case WAITING_FOR_APPROVAL, SCHEDULED, PROVISIONING -> {}
          }
        });
  }
}
