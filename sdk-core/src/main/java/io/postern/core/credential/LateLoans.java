package io.postern.core.credential;

import io.postern.PosternException;
import io.postern.core.audit.Journal;
import io.postern.core.store.Database;
import io.postern.core.store.Ids;
import io.postern.core.store.Tx;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import io.postern.spi.CallContext;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ReleaseRequest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The calls that lend, as long as they run, and what they come to when nobody waits for it any
 * more: it is owed, also by a lease that was settled meanwhile (rule ECM-11).
 *
 * <p>What is given back before it was lent would stay lent. So while such a call runs here, this
 * process keeps the lease from everybody, and only gives it up when the call does not end at all.
 */
final class LateLoans {
  /** How long the call of a lease is waited for once it is over its time. */
  static final Duration PATIENCE = Duration.ofHours(1);

  private static final Instant WAITED_FOR = Instant.MAX;
  private static final Instant ANSWERED = Instant.MIN;

  private static final Logger log = LoggerFactory.getLogger(LateLoans.class);

  private final CredentialManagers managers;
  private final Returning returning;
  private final Setbacks setbacks;
  private final Database database;
  private final Journal journal;
  private final InstantSource clock;
  private final String node;

  /** For each call that runs, when its waiter left it. */
  private final Map<LeaseId, Instant> underWay = new ConcurrentHashMap<>();

  /** What is owed and could not be written down, with its reference. */
  private final Map<LeaseId, String> unwritten = new ConcurrentHashMap<>();

  @Inject
  LateLoans(
      CredentialManagers managers,
      Returning returning,
      Setbacks setbacks,
      Database database,
      Journal journal,
      Ids ids,
      InstantSource clock) {
    this.managers = managers;
    this.returning = returning;
    this.setbacks = setbacks;
    this.database = database;
    this.journal = journal;
    this.clock = clock;
    this.node = ids.process();
  }

  /** A call that lends is made. */
  void begin(LeaseId lease) {
    underWay.putIfAbsent(lease, WAITED_FOR);
  }

  /** Its waiter has left it, and does not know what it may come to. */
  void leave(LeaseId lease) {
    underWay.replace(lease, WAITED_FOR, clock.instant());
  }

  /** The leases for which a call runs here that lends something. */
  Set<LeaseId> lending() {
    return Set.copyOf(underWay.keySet());
  }

  /** Whether a call runs here that may yet lend something for this lease. */
  boolean isUnderWay(LeaseId lease) {
    return !underWay.getOrDefault(lease, ANSWERED).equals(ANSWERED);
  }

  /**
   * The call has ended. One that was left may have lent just then, whatever else it came to and
   * whatever was given back before, so that is owed once more.
   */
  void ended(LeaseId lease) {
    Instant leftAt = underWay.remove(lease);
    if (leftAt != null && wasLeft(leftAt)) {
      write(lease, "");
    }
  }

  private static boolean wasLeft(Instant leftAt) {
    return !leftAt.equals(WAITED_FOR) && !leftAt.equals(ANSWERED);
  }

  /** Something was lent that nobody takes: it is owed. */
  void owe(Need need, LeaseRow intent, @Nullable LeaseTerms terms) {
    underWay.computeIfPresent(intent.id(), (lease, leftAt) -> ANSWERED);
    String reference = terms == null ? "" : terms.reference();
    if (!write(intent.id(), reference)) {
      giveBackNow(need, intent, reference);
    }
  }

  /**
   * Writes down what is owed.
   *
   * @param reference empty where only the row may know it
   */
  private boolean write(LeaseId lease, String reference) {
    try {
      database.change(tx -> owes(tx, lease, reference));
      unwritten.remove(lease);
      return true;
    } catch (RuntimeException e) {
      // Most times the row is still there and will be settled; but it may have been already.
      unwritten.put(lease, reference);
      log.debug("not yet written down what is owed lease={}", lease, e);
      return false;
    }
  }

  private boolean owes(Tx tx, LeaseId lease, String reference) {
    boolean done = false;
    Optional<LeaseRow> found = LeaseRows.find(tx, lease);
    while (!done && found.isPresent()) {
      LeaseRow row = found.get();
      done = owes(tx, row, reference.isEmpty() ? row.reference() : reference);
      // Else it changed meanwhile, and what it is now owes as well.
      found = LeaseRows.find(tx, lease);
    }
    return done;
  }

  private boolean owes(Tx tx, LeaseRow row, String reference) {
    if (row.settledAt().isPresent() || row.state() == State.IRREVOCABLE) {
      return reopen(tx, row, reference);
    }
    if (row.state() == State.HELD) {
      // That it is held was written, and whoever asked for it never learnt of it.
      return returning.mark(tx, row, Settlement.ACTOR, "what was lent came to nobody");
    }
    return LeaseRows.update(
        tx, row, "reference = ?, node = null, due_at = ?", reference, clock.instant());
  }

  /**
   * A lease that was settled owes again. It keeps an exclusive account from nobody, because
   * somebody may have it by now. A rotation that was made or decided is not made again: nobody has
   * seen what came late.
   */
  private boolean reopen(Tx tx, LeaseRow row, String reference) {
    boolean rotating = row.state() == State.RETURNING;
    boolean over = !rotating && row.state() != State.IRREVOCABLE;
    String assignments =
        "reference = ?, rotate_after = ?, late = ?, attempts = 0, silences = 0,"
            + " last_failure = '', node = null, settled_at = null, due_at = ?";
    Object[] values = {
      reference, row.rotateAfter() && !over, row.late() || !rotating, clock.instant()
    };
    boolean done =
        rotating
            ? LeaseRows.update(tx, row, assignments, values)
            : LeaseRows.move(tx, row, State.RETURNING, assignments, values);
    if (done) {
      journal.write(
          tx,
          row.moving(Settlement.ACTOR, "lease.reopened", State.RETURNING)
              .because("the call that lends it ended only after it had been given back"));
    }
    return done;
  }

  /** A store that fails notes nothing. To do it once more later is harmless. */
  private void giveBackNow(Need need, LeaseRow intent, String reference) {
    NamedProvider provider = managers.find(need.credential().manager()).orElseThrow();
    CallContext context =
        new CallContext(
            need.person(),
            need.session(),
            Optional.of(need.endpoint().item()),
            "give-back",
            intent.id().value(),
            clock.instant().plus(managers.limits().perCall()));
    ReleaseRequest request = new ReleaseRequest(need.credential().key(), reference, context);
    try {
      Lender.giveBack(provider, intent.exclusive(), intent.id(), reference, deadline -> request)
          .unattended(failure -> notGivenBack(intent, failure));
    } catch (PosternException e) {
      notGivenBack(intent, e);
    }
  }

  private static void notGivenBack(LeaseRow intent, PosternException failure) {
    log.warn(
        "what could not be written down as owed was not given back either lease={} credential={}"
            + " code={} log={}; it is tried for as long as this process runs",
        intent.id(),
        intent.credential(),
        failure.code(),
        Why.of(failure).log());
  }

  /**
   * Keeps leases from being given back before they were lent, and writes down what the store did
   * not take before. Called again and again.
   */
  void keep() {
    unwritten.forEach(this::write);
    Instant soon = clock.instant().plus(managers.claimSpan().multipliedBy(2).dividedBy(3));
    underWay.forEach(
        (lease, leftAt) -> {
          if (wasLeft(leftAt)) {
            database
                .read(tx -> LeaseRows.find(tx, lease))
                .filter(row -> row.dueAt().filter(soon::isAfter).isPresent())
                .ifPresent(this::keep);
          }
        });
  }

  /** Keeps one lease whose call is under way; a person must look when that has lasted too long. */
  void keep(LeaseRow row) {
    Instant now = clock.instant();
    boolean theirs = row.isClaimed(now) && row.node().filter(node::equals).isEmpty();
    if (theirs || row.settledAt().isPresent()) {
      return;
    }
    Instant leftAt = underWay.getOrDefault(row.id(), WAITED_FOR);
    if (row.state() == State.INTENT) {
      database.change(
          tx -> returning.mark(tx, row, Settlement.ACTOR, "nobody waits for it any more"));
    } else if (row.state() == State.RETURNING && leftAt.isBefore(now.minus(PATIENCE))) {
      setbacks.giveUp(row, "the call that lends it has not ended since " + leftAt);
    } else if (row.state() == State.RETURNING) {
      database.change(
          tx ->
              LeaseRows.update(
                  tx, row, "node = ?, due_at = ?", node, now.plus(managers.claimSpan())));
    }
  }
}
