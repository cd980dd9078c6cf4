package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.tool.Guard.Tended;
import io.postern.person.PersonId;
import io.postern.session.SessionId;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What this process knows of a session with connections here: whether anything passes, and the
 * connections. What a credential was injected into counts as one.
 */
final class LiveSession {
  private enum Flow {
    OPEN,
    FROZEN,
    ENDED
  }

  private final SessionId id;
  private final PersonId owner;
  private final InstantSource clock;
  private final List<Tended> connections = new ArrayList<>();
  private int expected;
  private volatile Flow flow = Flow.OPEN;
  private volatile String message = "";

  /** When its time is over, by the row that was seen last. */
  private volatile Instant until = Instant.MAX;

  private long untilVersion;
  private boolean seenOver;

  /** Held by who writes down what was to be written of it. */
  private final ReentrantLock writing = new ReentrantLock();

  private Unwritten.@Nullable End end;
  private Unwritten.@Nullable Freeze freeze;

  /** When what runs in it was judged last, and whether it is being judged. */
  private Instant judgedAt = Instant.MIN;

  private boolean judging;

  /** Of the row that was seen last: what is read and what is written meet in any order. */
  private long version;

  LiveSession(SessionId id, PersonId owner, InstantSource clock) {
    this.id = id;
    this.owner = owner;
    this.clock = clock;
  }

  SessionId id() {
    return id;
  }

  PersonId owner() {
    return owner;
  }

  /** A connection is about to come, so this must not be forgotten when the last one goes. */
  synchronized void expect() {
    expected++;
  }

  /** The connection that was expected will not come; true when nothing keeps this any more. */
  synchronized boolean expectNoMore() {
    expected--;
    return isIdle();
  }

  /**
   * Takes the connection in that was expected; false when the session has ended meanwhile, and it
   * is for the caller to close.
   */
  synchronized boolean add(Tended connection) {
    expected--;
    if (flow == Flow.ENDED) {
      return false;
    }
    connections.add(connection);
    return true;
  }

  /** Lets a connection go; true when nothing keeps this any more. */
  synchronized boolean remove(Tended connection) {
    return connections.remove(connection) && isIdle();
  }

  private synchronized List<Tended> connections() {
    return List.copyOf(connections);
  }

  /**
   * Whether something runs that was last judged before then, and nobody is judging it; then the
   * caller is to, by {@link #judge}.
   */
  boolean claimJudging(Instant before) {
    boolean busy = connections().stream().anyMatch(Tended::isBusy);
    synchronized (this) {
      boolean claimed = busy && !judging && judgedAt.isBefore(before);
      judging |= claimed;
      return claimed;
    }
  }

  /** Judges anew what runs over its connections. */
  void judge(Instant now) {
    try {
      connections().forEach(Tended::judgeAnew);
    } finally {
      judged(now);
    }
  }

  private synchronized void judged(Instant now) {
    judgedAt = now;
    judging = false;
  }

  /** It was not judged after all, and is to be as soon as possible. */
  synchronized void unclaimJudging() {
    judging = false;
  }

  /** Whether nothing is here, expected, or still to be written. */
  synchronized boolean isIdle() {
    return connections.isEmpty() && expected == 0 && end == null && freeze == null;
  }

  synchronized List<Tended> end() {
    flow = Flow.ENDED;
    notifyAll();
    return List.copyOf(connections);
  }

  /** As {@link #end()}, and what is to be written of it; only the first one counts. */
  synchronized List<Tended> end(Unwritten.End unwritten) {
    if (end == null) {
      end = unwritten;
    }
    return end();
  }

  synchronized Optional<Unwritten.End> unwrittenEnd() {
    return Optional.ofNullable(end);
  }

  /** Lets nothing pass until the row says that it goes on after having been frozen. */
  synchronized void freeze(Unwritten.Freeze unwritten) {
    if (flow != Flow.ENDED) {
      freeze = unwritten;
      message = unwritten.message();
      flow = Flow.FROZEN;
    }
  }

  synchronized Optional<Unwritten.Freeze> unwrittenFreeze() {
    return Optional.ofNullable(freeze);
  }

  /** What was to be written of it is; another one that came meanwhile stays. */
  synchronized void forget(Unwritten.Freeze written) {
    if (written.equals(freeze)) {
      freeze = null;
    }
  }

  /**
   * Until {@link #endWriting} nobody else in this process freezes it by its row, or lets it go on.
   */
  void beginWriting() {
    writing.lock();
  }

  void endWriting() {
    writing.unlock();
  }

  boolean isStopped() {
    return flow == Flow.ENDED;
  }

  /** The row says when its time is over. An older row than the last one changes nothing. */
  synchronized void lasts(Instant end, long rowVersion) {
    if (rowVersion >= untilVersion) {
      untilVersion = rowVersion;
      until = end;
    }
  }

  private boolean isOver() {
    return !clock.instant().isBefore(until);
  }

  /**
   * Whether its time was over when this was last asked, too: then whoever had to end it by its row
   * could not.
   */
  synchronized boolean isStillOver() {
    boolean before = seenOver;
    seenOver = isOver();
    return before && seenOver;
  }

  /** The row says that nothing passes. An older row than the last one changes nothing. */
  synchronized void freeze(String why, long rowVersion) {
    if (flow != Flow.ENDED && rowVersion >= version) {
      version = rowVersion;
      freeze = null;
      message = why;
      flow = Flow.FROZEN;
    }
  }

  /** The row says that it goes on. An older row than the last one changes nothing. */
  synchronized void thaw(long rowVersion) {
    if (flow != Flow.ENDED && freeze == null && rowVersion >= version) {
      version = rowVersion;
      flow = Flow.OPEN;
      notifyAll();
    }
  }

  void requireOpen() {
    Flow now = flow;
    if (now == Flow.ENDED) {
      throw new PosternException(
          ErrorCode.SESSION_ENDED, "session " + id + " has ended; start a new one");
    }
    if (now == Flow.FROZEN) {
      throw new PosternException(
          ErrorCode.SESSION_FROZEN,
          "session " + id + " is frozen: " + message + "; nothing passes until it goes on");
    }
    if (isOver()) {
      throw new PosternException(
          ErrorCode.SESSION_ENDED,
          "session " + id + " was to be used until " + until + "; start a new one");
    }
  }

  boolean awaitOpen() {
    if (flow == Flow.OPEN) {
      return !isOver();
    }
    synchronized (this) {
      try {
        while (flow == Flow.FROZEN) {
          wait();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
      return flow == Flow.OPEN && !isOver();
    }
  }
}
