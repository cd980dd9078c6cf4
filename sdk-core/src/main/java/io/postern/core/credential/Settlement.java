package io.postern.core.credential;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.store.Database;
import io.postern.core.store.Ids;
import io.postern.core.store.Tx;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import io.postern.spi.CallContext;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.RotatesCredentials;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives one lease back and rotates its credential where that is owed (rules ECM-11, OUT-4).
 *
 * <p>Whoever does so claims the row first: it names itself and moves the due time behind the
 * longest that its calls can take. Should it die, the row falls due again.
 */
final class Settlement {
  /** What became of one try. */
  enum Outcome {
    SETTLED,
    /** Not now: somebody else is at it, or it waits for another lease. */
    WAITS,
    FAILED,
    /** The manager itself did not answer: others of its leases need not be tried now. */
    MANAGER_SILENT
  }

  static final String ACTOR = "postern:credentials";

  private static final Logger log = LoggerFactory.getLogger(Settlement.class);

  /**
   * How long a lease waits for another one before it looks again. A second, because what a dead
   * process left is found after six, and is to be in order after ten.
   */
  static final Duration WAIT = Duration.ofSeconds(1);

  private final CredentialManagers managers;
  private final CandidateCache cache;
  private final Rotation rotation;
  private final Setbacks setbacks;
  private final LateLoans lateLoans;
  private final LateRotations lateRotations;
  private final Silence silence;
  private final Holders holders;
  private final Database database;
  private final Journal journal;
  private final InstantSource clock;
  private final String node;

  @Inject
  Settlement(
      CredentialManagers managers,
      CandidateCache cache,
      Rotation rotation,
      Setbacks setbacks,
      LateLoans lateLoans,
      LateRotations lateRotations,
      Silence silence,
      Holders holders,
      Database database,
      Journal journal,
      Ids ids,
      InstantSource clock) {
    this.managers = managers;
    this.cache = cache;
    this.rotation = rotation;
    this.setbacks = setbacks;
    this.lateLoans = lateLoans;
    this.lateRotations = lateRotations;
    this.silence = silence;
    this.holders = holders;
    this.database = database;
    this.journal = journal;
    this.clock = clock;
    this.node = ids.process();
  }

  /** Tries to settle a lease that is RETURNING. Blocks for at most two calls. */
  Outcome settle(LeaseRow due) {
    if (due.settledAt().isEmpty() && lateLoans.isUnderWay(due.id())) {
      lateLoans.keep(due);
      return Outcome.WAITS;
    }
    if (due.settledAt().isPresent() && lateRotations.isUnderWay(due)) {
      lateRotations.keep(due);
      return Outcome.WAITS;
    }
    Optional<LeaseRow> claimed = database.change(tx -> claim(tx, due));
    if (claimed.isEmpty()) {
      return Outcome.WAITS;
    }
    LeaseRow row = claimed.get();
    String manager = row.credential().manager();
    Outcome outcome =
        managers.find(manager).map(one -> settle(one, row)).orElseGet(() -> setbacks.nobody(row));
    if (row.silences() > 0 && outcome != Outcome.MANAGER_SILENT) {
      silence.over(manager);
    }
    return outcome;
  }

  private Outcome settle(NamedProvider provider, LeaseRow row) {
    if (row.settledAt().isEmpty()) {
      try {
        giveBack(provider, row);
      } catch (PosternException e) {
        return setbacks.failed(row, e);
      }
      if (row.exclusive()) {
        cache.outdate(row.credential());
      }
    }
    return rotateIfOwed(provider, row);
  }

  private Optional<LeaseRow> claim(Tx tx, LeaseRow row) {
    Instant now = clock.instant();
    boolean mayHaveRiders = row.exclusive() && !row.late() && row.settledAt().isEmpty();
    if (mayHaveRiders && LeaseRows.hasRiders(tx, row)) {
      LeaseRows.update(tx, row, "due_at = ?", now.plus(WAIT));
      return Optional.empty();
    }
    return LeaseRows.update(tx, row, "node = ?, due_at = ?", node, now.plus(managers.claimSpan()))
        ? LeaseRows.find(tx, row.id())
        : Optional.empty();
  }

  /** Whether somebody in this process is at it; a try that failed has let go of the row. */
  boolean isClaimedHere(LeaseRow row) {
    return row.node().filter(node::equals).isPresent()
        && row.dueAt().filter(due -> due.isAfter(clock.instant())).isPresent()
        && !lateLoans.isUnderWay(row.id())
        && (row.attempts() + row.silences() == 0 || !lateRotations.isUnderWay(row));
  }

  private void giveBack(NamedProvider provider, LeaseRow row) {
    try {
      Lender.giveBack(
              provider,
              row.exclusive(),
              row.id(),
              row.reference(),
              deadline ->
                  new ReleaseRequest(
                      row.credential().key(), row.reference(), context(row, "give-back", deadline)))
          .await();
    } catch (PosternException e) {
      if (e.code() != ErrorCode.CREDENTIAL_NOT_FOUND) {
        throw e;
      }
      // The store knows no such lease any more, which is what was wanted.
      log.debug("lease was gone lease={} credential={}", row.id(), row.credential());
    }
  }

  private CallContext context(LeaseRow row, String purpose, Instant deadline) {
    return new CallContext(
        holders.person(row.holder()),
        row.session(),
        Optional.of(row.item()),
        purpose,
        row.id().value(),
        deadline);
  }

  private Outcome rotateIfOwed(NamedProvider provider, LeaseRow row) {
    boolean canRotate = provider.can(RotatesCredentials.class);
    Optional<LeaseRow> owing = database.change(tx -> givenBack(tx, row, canRotate));
    if (owing.isEmpty()) {
      return Outcome.SETTLED;
    }
    LeaseRow owed = owing.get();
    Rotation.Where where = rotation.where(owed);
    if (where.endpoint().isEmpty()) {
      setbacks.giveUp(owed, where.whyNot());
      return Outcome.FAILED;
    }
    try {
      if (!rotation.rotate(
          provider, owed, where.endpoint().get(), deadline -> context(owed, "rotate", deadline))) {
        lateRotations.keep(owed);
        return Outcome.WAITS;
      }
    } catch (PosternException e) {
      return notRotated(owed, e);
    }
    Act rotated = owed.act(ACTOR, "credential.rotated");
    database.change(tx -> finish(tx, owed, State.ROTATED, rotated, ""));
    cache.outdate(owed.credential());
    return Outcome.SETTLED;
  }

  /** One that runs on though nobody waits for it is the only one until it has ended. */
  private Outcome notRotated(LeaseRow owed, PosternException failure) {
    if (!lateRotations.isUnderWay(owed)) {
      return setbacks.failed(owed, failure);
    }
    Instant until = clock.instant().plus(managers.claimSpan());
    try {
      return setbacks.failedButRuns(owed, failure, node, until);
    } finally {
      // Also where that could not be written, or nobody would ever give it up.
      lateRotations.leave(owed);
    }
  }

  /**
   * Writes down that the manager took it back; what is returned still owes a rotation, by us, now.
   */
  private Optional<LeaseRow> givenBack(Tx tx, LeaseRow known, boolean canRotate) {
    List<LeaseRow> all = LeaseRows.lockAll(tx, known.credential());
    Optional<LeaseRow> mine =
        all.stream()
            .filter(row -> row.id().equals(known.id()) && row.version() == known.version())
            .findFirst();
    if (mine.isEmpty()) {
      return Optional.empty();
    }
    LeaseRow row = mine.get();
    boolean before = row.settledAt().isPresent();
    Act returned = row.act(ACTOR, before ? "credential.rotation-left" : "credential.returned");
    if (!row.rotateAfter()) {
      finish(tx, row, State.RETURNED, returned, "");
      return Optional.empty();
    }
    if (!canRotate) {
      String why = "the manager's plug-in cannot rotate";
      finish(tx, row, State.RETURNED, returned, why);
      journal.write(tx, row.act(ACTOR, "credential.rotation-not-possible").because(why));
      return Optional.empty();
    }
    Instant now = clock.instant();
    Rotation.Decision decision = Rotation.turn(all, row, now);
    if (decision.turn() == Rotation.Turn.LEAVE) {
      LeaseId other = decision.other().orElseThrow().id();
      LeaseRows.rotateAfter(tx, other);
      finish(tx, row, State.RETURNED, returned, "the rotation is left to lease " + other);
      return Optional.empty();
    }
    if (!before) {
      journal.write(tx, returned.because("a rotation is owed"));
    }
    boolean mineNow = decision.turn() == Rotation.Turn.ROTATE;
    LeaseRows.update(
        tx,
        row,
        "settled_at = ?, attempts = ?, silences = ?, node = ?, due_at = ?",
        row.settledAt().orElse(now),
        before ? row.attempts() : 0,
        before ? row.silences() : 0,
        mineNow ? node : null,
        now.plus(mineNow ? managers.claimSpan() : WAIT));
    return mineNow ? LeaseRows.find(tx, row.id()) : Optional.empty();
  }

  private boolean finish(Tx tx, LeaseRow row, State to, Act act, String why) {
    boolean done =
        LeaseRows.move(
            tx,
            row,
            to,
            "settled_at = ?, due_at = null, node = null, silences = 0, last_failure = ''",
            clock.instant());
    if (done) {
      journal.write(tx, act.moving(row.state().name(), to.name()).because(why));
    }
    return done;
  }
}
