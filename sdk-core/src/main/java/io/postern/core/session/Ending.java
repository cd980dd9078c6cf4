package io.postern.core.session;

import io.postern.PosternException;
import io.postern.approval.RequestId;
import io.postern.core.approval.Requests;
import io.postern.core.audit.Act;
import io.postern.core.credential.Lending;
import io.postern.core.jump.Items;
import io.postern.core.recording.Recorder;
import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import io.postern.notice.Notice;
import io.postern.session.EndReason;
import io.postern.session.SessionId;
import io.postern.session.SessionStatus;
import io.postern.text.Text;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends sessions: first the row says so, in one transaction with everything that is owed from then
 * on; then what is open is closed; then the row says that it is done. A crash between leaves rows
 * from which the next sweep goes on.
 */
final class Ending {
  /**
   * How long the process with the live connections, or the one that ends the session where there
   * are none, has before any process takes it down.
   */
  static final Duration HEAD_START = Duration.ofSeconds(10);

  /** How long who ends a session waits for another thread that is taking it down. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  static final String ITSELF = "postern:sessions";

  /** How long a process that took up what another left has for it, as long as it lives. */
  private static final Duration CLAIM = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(Ending.class);

  private final Map<SessionId, CountDownLatch> underWay = new ConcurrentHashMap<>();

  private final Database database;
  private final SessionRows rows;
  private final Reservations reservations;
  private final Items items;
  private final Lending lending;
  private final Requests requests;
  private final Recorder recorder;
  private final LiveSessions live;
  private final SessionNotices notices;
  private final Nodes nodes;
  private final InstantSource clock;

  @Inject
  Ending(
      Database database,
      SessionRows rows,
      Reservations reservations,
      Items items,
      Lending lending,
      Requests requests,
      Recorder recorder,
      LiveSessions live,
      SessionNotices notices,
      Nodes nodes,
      InstantSource clock) {
    this.database = database;
    this.rows = rows;
    this.reservations = reservations;
    this.items = items;
    this.lending = lending;
    this.requests = requests;
    this.recorder = recorder;
    this.live = live;
    this.notices = notices;
    this.nodes = nodes;
    this.clock = clock;
  }

  /** Ends a session in Postern's own name and takes it down. Nothing when it has ended. */
  void byItself(SessionId id, EndReason reason, String why) {
    now(id, reason, why, ITSELF);
  }

  /** Ends a session and takes it down. Nothing when it has ended (rule SES-6). */
  void now(SessionId id, EndReason reason, String why, String actor) {
    try {
      write(id, reason, why, actor);
    } catch (PosternException e) {
      throw Unwritten.isBy(e) ? withoutStore(id, reason, why, actor, e) : e;
    }
    takeDown(id);
  }

  private void write(SessionId id, EndReason reason, String why, String actor) {
    // Whoever decides a request holds it first and its session then; so do we, or the two of us
    // would wait for each other.
    Optional<RequestId> asked =
        database.read(tx -> rows.require(tx, id)).requestIf(SessionStatus.WAITING_FOR_APPROVAL);
    database.change(
        tx -> {
          asked.ifPresent(request -> requests.withdraw(tx, request, actor));
          SessionRow row = rows.lock(tx, id);
          return isOver(row) ? row : stop(tx, row, reason, why, actor);
        });
  }

  /** To end must be possible always: what is open here is closed, and the row follows. */
  private PosternException withoutStore(
      SessionId id, EndReason reason, String why, String actor, PosternException fault) {
    String late =
        "its connections were closed at "
            + clock.instant()
            + " already, while the store could not be written";
    boolean here =
        live.end(id, new Unwritten.End(reason, why.isEmpty() ? late : why + "; " + late, actor));
    return here
        ? Unwritten.told(id, "nothing passes any more, its connections here are closed", fault)
        : fault;
  }

  /** Ends a session that is still {@code expected}; else nothing. */
  void nowIf(SessionId id, Predicate<SessionRow> expected, EndReason reason, String why) {
    database.change(
        tx -> {
          SessionRow row = rows.lock(tx, id);
          return expected.test(row) ? stop(tx, row, reason, why, ITSELF) : row;
        });
    takeDown(id);
  }

  /** Writes down that a session ends, in a transaction that may do more. It must not be over. */
  SessionRow stop(Tx tx, SessionRow row, EndReason reason, String why, String actor) {
    Instant now = clock.instant();
    boolean nothingOpen =
        SessionEvent.TABLE
            .require(row.status(), SessionEvent.STOP, row.id().value())
            .equals(SessionStatus.ENDED);
    Course next =
        nothingOpen
            ? row.course().ended(reason, why, now)
            // Somebody must answer for it: where no process has its connections, this one does.
            : row.course()
                .at(row.course().node().or(() -> Optional.of(nodes.me())))
                .ending(reason, why, now.plus(HEAD_START));
    Act act =
        Act.of(actor, "session.ended", row.subject())
            .because(why.isEmpty() ? Text.words(reason) : why)
            .with("reason", reason);
    SessionRow stopped = rows.move(tx, row, SessionEvent.STOP, next, act);
    // Closing and giving back may have to wait for a thread; that nothing passes any more may not.
    tx.afterCommit(() -> live.stop(row.id()));
    Duration cleanup =
        items.find(tx, row.item()).map(item -> item.occupancy().cleanup()).orElse(Duration.ZERO);
    reservations.giveUp(tx, row.id(), now, cleanup);
    // Not due before the connections are closed: the next one to get the account, or its new
    // password, would meet them.
    lending.giveBack(tx, row.id(), nothingOpen ? Duration.ZERO : HEAD_START);
    if (!actor.equals(row.owner().value())) {
      String what = Text.words(reason);
      notices.tell(
          tx,
          row,
          reason == EndReason.REFUSED || reason == EndReason.FAILED
              ? Notice.Kind.SESSION_REFUSED
              : Notice.Kind.SESSION_ENDED,
          "ended (" + what + ")",
          why);
    }
    return stopped;
  }

  /** Whether a thread of this process is taking the session down. */
  boolean isUnderWay(SessionId id) {
    return underWay.containsKey(id);
  }

  /**
   * Closes what is open of a session that is ending, and says that it has ended. Harmless when done
   * twice; of two at once the second waits for the first, because credentials must not be given
   * back while a connection is still being closed.
   */
  void takeDown(SessionId id) {
    CountDownLatch mine = new CountDownLatch(1);
    CountDownLatch theirs = underWay.putIfAbsent(id, mine);
    if (theirs != null) {
      await(theirs);
      return;
    }
    try {
      dismantle(id);
    } finally {
      underWay.remove(id);
      mine.countDown();
    }
  }

  private static void await(CountDownLatch others) {
    try {
      if (!others.await(PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
        log.debug("somebody else is still taking the session down");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void dismantle(SessionId id) {
    SessionRow row;
    try {
      row = database.read(tx -> rows.require(tx, id));
    } catch (PosternException e) {
      live.endStopped(id);
      throw e;
    }
    if (!isForMe(row) || (!isMine(row) && !database.change(tx -> claim(tx, id)))) {
      return;
    }
    live.end(id);
    try {
      recorder.sealAll(id);
    } catch (RuntimeException e) {
      // The session must end all the same; what could not be sealed is tried again by a
      // sweep, and told to whoever verifies it.
      log.warn("recordings not sealed session={}", id, e);
    }
    lending.settle(id);
    database.change(
        tx -> {
          SessionRow ending = rows.lock(tx, id);
          if (ending.status() != SessionStatus.ENDING) {
            return ending;
          }
          Course course = ending.course();
          return rows.move(
              tx,
              ending,
              SessionEvent.SETTLE,
              course.ended(course.endReason().orElseThrow(), course.endDetail(), clock.instant()),
              Act.of(ITSELF, "session.settled", ending.subject())
                  .because("nothing of it is open any more"));
        });
  }

  private boolean isForMe(SessionRow row) {
    boolean elsewhere =
        row.course().node().isPresent()
            && !isMine(row)
            && row.course().dueAt().filter(due -> due.isAfter(clock.instant())).isPresent();
    return row.status() == SessionStatus.ENDING && !elsewhere;
  }

  private boolean isMine(SessionRow row) {
    return row.course().node().filter(nodes.me()::equals).isPresent();
  }

  /**
   * Takes what a dead process left. Every process finds it due, and two that seal one recording at
   * once would spoil the seal.
   */
  private boolean claim(Tx tx, SessionId id) {
    SessionRow row = rows.lock(tx, id);
    return isForMe(row)
        && tx.run(
                "update session set node = ?, due_at = ?, version = version + 1 where id = ?"
                    + " and version = ?",
                nodes.me(),
                clock.instant().plus(CLAIM),
                id,
                row.version())
            == 1;
  }

  static boolean isOver(SessionRow row) {
    return row.status() == SessionStatus.ENDING || row.status() == SessionStatus.ENDED;
  }
}
