package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.tool.Guard.Tended;
import io.postern.session.SessionId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

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
  private final List<Tended> connections = new ArrayList<>();
  private int expected;
  private volatile Flow flow = Flow.OPEN;
  private volatile String message = "";

  /** When what runs in it was judged last, and whether it is being judged. */
  private Instant judgedAt = Instant.MIN;

  private boolean judging;

  /** Of the row that was seen last: what is read and what is written meet in any order. */
  private long version;

  LiveSession(SessionId id) {
    this.id = id;
  }

  SessionId id() {
    return id;
  }

  /** A connection is about to come, so this must not be forgotten when the last one goes. */
  synchronized void expect() {
    expected++;
  }

  /** The connection that was expected will not come; true when nothing is here nor expected. */
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

  /** Lets a connection go; true when nothing is here nor expected any more. */
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

  private boolean isIdle() {
    return connections.isEmpty() && expected == 0;
  }

  synchronized List<Tended> end() {
    flow = Flow.ENDED;
    notifyAll();
    return List.copyOf(connections);
  }

  /** The row says that nothing passes. An older row than the last one changes nothing. */
  synchronized void freeze(String why, long rowVersion) {
    if (flow != Flow.ENDED && rowVersion >= version) {
      version = rowVersion;
      message = why;
      flow = Flow.FROZEN;
    }
  }

  /** The row says that it goes on. An older row than the last one changes nothing. */
  synchronized void thaw(long rowVersion) {
    if (flow != Flow.ENDED && rowVersion >= version) {
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
  }

  boolean awaitOpen() {
    if (flow == Flow.OPEN) {
      return true;
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
      return flow == Flow.OPEN;
    }
  }
}
