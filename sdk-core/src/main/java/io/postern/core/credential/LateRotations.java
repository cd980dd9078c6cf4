package io.postern.core.credential;

import io.postern.core.store.Database;
import io.postern.core.store.Ids;
import io.postern.core.store.Tx;
import io.postern.credential.CandidateId;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rotations, as long as they run, also those that nobody waits for any more. A credential is
 * rotated by one call at a time (rule ECM-9): another one would change a password that the first is
 * about to change. So while such a call runs here, this process keeps its lease from everybody, and
 * gives it up when the call does not end at all.
 */
final class LateRotations {
  /**
   * A rotation that runs.
   *
   * @param leftAt when its waiter left it
   * @param well whether it came through after that
   */
  private record Running(LeaseId lease, Optional<Instant> leftAt, boolean well) {}

  private static final Logger log = LoggerFactory.getLogger(LateRotations.class);

  private final CredentialManagers managers;
  private final Setbacks setbacks;
  private final Database database;
  private final InstantSource clock;
  private final String node;
  private final Map<CandidateId, Running> underWay = new ConcurrentHashMap<>();

  @Inject
  LateRotations(
      CredentialManagers managers,
      Setbacks setbacks,
      Database database,
      Ids ids,
      InstantSource clock) {
    this.managers = managers;
    this.setbacks = setbacks;
    this.database = database;
    this.clock = clock;
    this.node = ids.process();
  }

  /** A rotation is about to be made; false when one of the credential runs here. */
  boolean begin(LeaseRow row) {
    return underWay.putIfAbsent(row.credential(), new Running(row.id(), Optional.empty(), false))
        == null;
  }

  /** Whether a rotation of the lease's credential runs here. */
  boolean isUnderWay(LeaseRow row) {
    return underWay.containsKey(row.credential());
  }

  /** The credentials of which a rotation runs here. */
  Set<CandidateId> rotating() {
    return Set.copyOf(underWay.keySet());
  }

  /** Its waiter is about to leave it, and has written down that this process keeps the lease. */
  void leave(LeaseRow row) {
    Running running =
        underWay.computeIfPresent(
            row.credential(),
            (credential, known) ->
                known.lease().equals(row.id())
                    ? new Running(known.lease(), Optional.of(clock.instant()), known.well())
                    : known);
    if (running == null || !running.lease().equals(row.id())) {
      free(row.id(), false);
    }
  }

  /** It came through; the next try finds that out from the store, by the call id. */
  void wentWell(CandidateId credential) {
    underWay.computeIfPresent(
        credential, (same, running) -> new Running(running.lease(), running.leftAt(), true));
  }

  /** The call has ended, however late. */
  void ended(CandidateId credential) {
    Running running = underWay.remove(credential);
    if (running != null && running.leftAt().isPresent()) {
      free(running.lease(), running.well());
    }
  }

  /** Lets the next try come, at once where it only has to find out that all is done. */
  private void free(LeaseId lease, boolean well) {
    try {
      database.change(tx -> free(tx, lease, well));
    } catch (RuntimeException e) {
      // It is kept no longer, so it falls due by itself.
      log.debug("not yet let go of lease={}", lease, e);
    }
  }

  private boolean free(Tx tx, LeaseId lease, boolean well) {
    boolean done = false;
    Optional<LeaseRow> found = LeaseRows.find(tx, lease).filter(this::isKept);
    while (!done && found.isPresent()) {
      LeaseRow row = found.get();
      int failures = Math.max(1, Math.max(row.attempts(), row.silences()));
      Duration pause = well ? Duration.ZERO : Backoff.after(failures);
      done = LeaseRows.update(tx, row, "node = null, due_at = ?", clock.instant().plus(pause));
      found = LeaseRows.find(tx, lease).filter(this::isKept);
    }
    return done;
  }

  private boolean isKept(LeaseRow row) {
    return row.state() == State.RETURNING
        && row.settledAt().isPresent()
        && row.node().filter(node::equals).isPresent();
  }

  /** Keeps leases from being rotated again meanwhile. Called again and again. */
  void keep() {
    Instant soon = clock.instant().plus(managers.claimSpan().multipliedBy(2).dividedBy(3));
    underWay
        .values()
        .forEach(
            running -> {
              if (running.leftAt().isPresent()) {
                database
                    .read(tx -> LeaseRows.find(tx, running.lease()))
                    .filter(row -> row.dueAt().filter(soon::isAfter).isPresent())
                    .ifPresent(this::keep);
              }
            });
  }

  /**
   * Keeps one lease that owes a rotation of a credential of which one runs here; a person must look
   * when that has lasted too long.
   */
  void keep(LeaseRow row) {
    Instant now = clock.instant();
    Running running = underWay.get(row.credential());
    boolean theirs = row.isClaimed(now) && row.node().filter(node::equals).isEmpty();
    if (running == null || theirs || row.state() != State.RETURNING || row.settledAt().isEmpty()) {
      return;
    }
    Optional<Instant> tooLong =
        running.leftAt().filter(leftAt -> leftAt.isBefore(now.minus(LateLoans.PATIENCE)));
    if (tooLong.isPresent()) {
      setbacks.giveUp(row, "the call that rotates it has not ended since " + tooLong.get());
    } else if (running.lease().equals(row.id())) {
      database.change(
          tx ->
              LeaseRows.update(
                  tx, row, "node = ?, due_at = ?", node, now.plus(managers.claimSpan())));
    } else {
      database.change(
          tx -> LeaseRows.update(tx, row, "node = null, due_at = ?", now.plus(Settlement.WAIT)));
    }
  }
}
