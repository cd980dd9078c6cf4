package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.jump.Judge;
import io.postern.core.person.People;
import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import io.postern.core.sweep.Sweep;
import io.postern.person.Person;
import io.postern.session.EndReason;
import io.postern.session.SessionId;
import io.postern.session.SessionStatus;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what time makes due for sessions: begins scheduled ones, expires, and takes down what is
 * ending.
 */
final class DueSessions implements Sweep {
  private static final Logger log = LoggerFactory.getLogger(DueSessions.class);
  private static final int PASS = 100;

  /** When to try again what failed for a reason from outside. */
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(5);

  private final Database database;
  private final SessionRows rows;
  private final Ending ending;
  private final TakingDown takingDown;
  private final LiveSessions live;
  private final Provisioning provisioning;
  private final People people;
  private final Judge judge;
  private final StillAsked stillAsked;
  private final Nodes nodes;
  private final SessionThreads threads;
  private final InstantSource clock;

  /** Those that a thread of this process is beginning. */
  private final Set<SessionId> beginning = ConcurrentHashMap.newKeySet();

  @Inject
  DueSessions(
      Database database,
      SessionRows rows,
      Ending ending,
      TakingDown takingDown,
      LiveSessions live,
      Provisioning provisioning,
      People people,
      Judge judge,
      StillAsked stillAsked,
      Nodes nodes,
      SessionThreads threads,
      InstantSource clock) {
    this.database = database;
    this.rows = rows;
    this.ending = ending;
    this.takingDown = takingDown;
    this.live = live;
    this.provisioning = provisioning;
    this.people = people;
    this.judge = judge;
    this.stillAsked = stillAsked;
    this.nodes = nodes;
    this.threads = threads;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "due sessions";
  }

  @Override
  public boolean sweep() {
    List<SessionRow> due =
        database.read(
            tx ->
                tx.list(
                    "select "
                        + SessionRow.COLUMNS
                        + " from session where due_at <= ? order by due_at limit ?",
                    SessionRow::read,
                    clock.instant(),
                    PASS));
    for (SessionRow row : due) {
      try {
        act(row);
      } catch (PosternException e) {
        log.debug(
            "due session put off session={} code={} text={}", row.id(), e.code(), e.getMessage());
        putOff(row);
      } catch (RuntimeException e) {
        log.warn("due session put off session={}", row.id(), e);
        putOff(row);
      }
    }
    return due.size() == PASS;
  }

  /** One session must not keep the others waiting, nor this sweep from resting. */
  private void putOff(SessionRow row) {
    database.change(
        tx -> {
          SessionRows.putOff(tx, row, clock.instant().plus(AGAIN_AFTER));
          return row;
        });
  }

  private void act(SessionRow row) {
    switch (row.status()) {
      case SCHEDULED -> beginElsewhere(row);
      case PROVISIONING -> {
        if (row.course().claimBy().filter(by -> !by.isAfter(clock.instant())).isPresent()) {
          expire(row, "it could not be made ready by " + row.course().claimBy().orElseThrow());
        } else {
          takeUp(row);
        }
      }
      case AVAILABLE -> expire(row, "nobody connected by " + row.course().claimBy().orElseThrow());
      case ACTIVE, FROZEN ->
          expire(row, "its time was over at " + row.course().usableUntil().orElseThrow());
      case ENDING -> takeDown(row);
      case WAITING_FOR_APPROVAL, ENDED ->
          throw new IllegalStateException("session " + row.id() + " is due in " + row.status());
    }
  }

  /**
   * Has a thread of this room begin it, because the host's directory may never answer. Put off
   * first, so that those that hang keep no others out of the passes to come.
   */
  private void beginElsewhere(SessionRow row) {
    Instant again = clock.instant().plus(Ending.HEAD_START);
    boolean mine = database.change(tx -> SessionRows.putOff(tx, row, again));
    if (!mine || !beginning.add(row.id())) {
      return;
    }
    try {
      threads.makeReady(() -> beginHere(row.id()));
    } catch (RejectedExecutionException e) {
      beginning.remove(row.id());
      log.debug("beginning put off session={}", row.id());
    }
  }

  private void beginHere(SessionId id) {
    try {
      SessionRow row = database.read(tx -> rows.require(tx, id));
      if (row.status() == SessionStatus.SCHEDULED) {
        try {
          begin(row);
        } catch (PosternException e) {
          log.debug("beginning failed session={} code={} text={}", id, e.code(), e.getMessage());
          putOff(row);
        }
      }
    } catch (PosternException e) {
      log.debug("beginning put off session={} code={}", id, e.code());
    } catch (RuntimeException e) {
      // Nobody waits for this thread, so nobody else would learn of it.
      log.warn("beginning failed session={}", id, e);
    } finally {
      beginning.remove(id);
    }
  }

  /**
   * A scheduled session is judged again when it is due; what does not hold any more refuses it
   * (rule SCH-4).
   */
  private void begin(SessionRow row) {
    try {
      Person person = people.require(row.owner());
      boolean begun =
          database.change(
              tx -> {
                SessionRow now = rows.lock(tx, row.id());
                if (now.version() != row.version()) {
                  // Another process was faster, or its owner ended it.
                  return false;
                }
                stillAsked.require(tx, now, judge.admit(tx, person, now.item()));
                provision(tx, now, "session.due", "its start has come");
                return true;
              });
      if (begun) {
        provisioning.begin(row.id());
      }
    } catch (PosternException e) {
      boolean over = !clock.instant().isBefore(row.course().endsAt().orElseThrow());
      if (e.code().category() != ErrorCode.Category.EXTERNAL || over) {
        ending.nowIf(
            row.id(),
            now -> now.status() == SessionStatus.SCHEDULED,
            EndReason.REFUSED,
            e.code() + ": " + e.getMessage());
      } else {
        // What could not be asked now is asked again until the session's own time is over.
        throw e;
      }
    }
  }

  /** What another process began to make ready and did not finish. */
  private void takeUp(SessionRow row) {
    database.change(tx -> provision(tx, row, "session.taken-up", "it was not made ready in time"));
    provisioning.begin(row.id());
  }

  private SessionRow provision(Tx tx, SessionRow row, String action, String why) {
    Instant takenUpAt = clock.instant().plus(Provisioning.TAKEN_UP_AFTER);
    return rows.move(
        tx,
        row,
        SessionEvent.PROVISION,
        row.course().provisioning(nodes.me(), takenUpAt),
        Act.of("postern:sessions", action, row.subject()).because(why));
  }

  /** Claimed first, so that what fails is tried again later, by whoever finds it then. */
  private void takeDown(SessionRow row) {
    Instant again = clock.instant().plus(Ending.HEAD_START);
    if (database.change(tx -> SessionRows.claim(tx, row, nodes.me(), again))) {
      takingDown.begin(row.id());
    }
  }

  private void expire(SessionRow row, String why) {
    if (live.find(row.id()).flatMap(LiveSession::unwrittenEnd).isPresent()) {
      return; // Somebody ended it here before; that is what is to be written.
    }
    database.change(
        tx -> {
          SessionRow now = rows.lock(tx, row.id());
          boolean stillDue =
              now.status() == row.status()
                  && now.course().dueAt().filter(due -> !due.isAfter(clock.instant())).isPresent();
          return stillDue ? ending.stop(tx, now, EndReason.EXPIRED, why, "postern:sessions") : now;
        });
    takingDown.begin(row.id());
  }
}
