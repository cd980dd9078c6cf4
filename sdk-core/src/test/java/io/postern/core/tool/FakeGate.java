package io.postern.core.tool;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.person.PersonId;
import io.postern.session.SessionId;
import io.postern.session.Tool;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A session as a test wants it to stand. */
final class FakeGate implements Gate {
  enum State {
    OPEN,
    FROZEN,
    ENDED
  }

  final Set<Tool> denied = EnumSet.noneOf(Tool.class);
  final List<Throwable> recordingFailures = new CopyOnWriteArrayList<>();
  volatile boolean recorded = true;

  /** What happens when the session learns that recording cannot go on. */
  volatile Runnable onRecordingFailed = () -> {};

  private State state = State.OPEN;
  private int waiting;
  private int looks;

  /** Becomes frozen at this many looks from now; negative: never. */
  private int freezeAfterLooks = -1;

  synchronized void become(State next) {
    state = next;
    notifyAll();
  }

  synchronized void freezeAfterLooks(int more) {
    freezeAfterLooks = looks + more;
  }

  /** Waits until so many threads wait for the session to be unfrozen. */
  synchronized void awaitWaiting(int threads) throws InterruptedException {
    while (waiting < threads) {
      wait();
    }
  }

  @Override
  public SessionId session() {
    return SessionId.of("s-1");
  }

  @Override
  public PersonId owner() {
    return PersonId.of("maya");
  }

  @Override
  public void require(Tool tool) {
    requireState();
    if (denied.contains(tool)) {
      throw new PosternException(
          ErrorCode.TOOL_NOT_ALLOWED, "the session policy does not allow " + tool);
    }
  }

  @Override
  public boolean recorded() {
    return recorded;
  }

  @Override
  public synchronized void requireOpen() {
    if (looks++ == freezeAfterLooks) {
      state = State.FROZEN;
    }
    requireState();
  }

  private synchronized void requireState() {
    if (state == State.FROZEN) {
      throw new PosternException(
          ErrorCode.SESSION_FROZEN, "session s-1 is frozen: looking into it");
    }
    if (state == State.ENDED) {
      throw new PosternException(ErrorCode.SESSION_ENDED, "session s-1 has ended");
    }
  }

  @Override
  public synchronized boolean awaitOpen() {
    waiting++;
    notifyAll();
    try {
      while (state == State.FROZEN) {
        wait();
      }
      return state == State.OPEN;
    } catch (InterruptedException e) {
      return false;
    } finally {
      waiting--;
    }
  }

  @Override
  public void recordingFailed(Throwable cause) {
    recordingFailures.add(cause);
    onRecordingFailed.run();
  }
}
