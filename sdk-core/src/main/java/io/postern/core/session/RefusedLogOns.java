package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.CandidateId;
import io.postern.session.SessionId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Which stored credentials an endpoint refused in which session: a wrong password that is tried
 * again and again locks its account (rule INJ-6). Nothing of the secret is kept, so a credential
 * that was refused stays refused for the session. Safe for use by several threads.
 */
final class RefusedLogOns {
  /** What is forgotten beyond that may be tried once more. */
  private static final int MOST = 10_000;

  private record Key(SessionId session, CandidateId credential) {}

  private final Map<Key, Turn> turns =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Turn> eldest) {
          return size() > MOST;
        }
      };

  /**
   * Waits until nobody else logs on with this credential in this session, for of several at once
   * only the first may find out that it is wrong. The caller closes the turn.
   *
   * @param target what is to be logged on to, as those who wait for it are told
   * @param patience how long to wait: code of others may be at it, and may never return
   * @throws PosternException ENDPOINT_TIMED_OUT naming what is at it; INTERRUPTED
   */
  Turn turn(SessionId session, CandidateId credential, String target, Duration patience) {
    Turn turn;
    synchronized (turns) {
      turn = turns.computeIfAbsent(new Key(session, credential), Turn::new);
    }
    turn.take(target, patience);
    return turn;
  }

  /** The sole right to log on with one credential in one session. */
  static final class Turn implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Key key;
    private volatile String target = "";
    private boolean refused;

    private Turn(Key key) {
      this.key = key;
    }

    private void take(String mine, Duration patience) {
      try {
        // Whoever need not wait is let in, interrupted or not.
        if (!lock.tryLock() && !lock.tryLock(patience.toNanos(), TimeUnit.NANOSECONDS)) {
          throw busy(ErrorCode.ENDPOINT_TIMED_OUT, "and did not return in " + patience, null);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw busy(ErrorCode.INTERRUPTED, "and the wait for that was interrupted", e);
      }
      target = mine;
    }

    /** Not tried beside the other: if the password is wrong, both would count. */
    private PosternException busy(ErrorCode code, String what, @Nullable Throwable cause) {
      return new PosternException(
          code,
          target
              + " is being given credential "
              + key.credential()
              + " in session "
              + key.session()
              + " "
              + what
              + "; it is not tried a second time meanwhile, lest its account be locked. Try again"
              + " later, or see why it hangs",
          cause);
    }

    void requireNotRefused() {
      if (refused) {
        throw new PosternException(
            ErrorCode.LOGON_REFUSED,
            "credential "
                + key.credential()
                + " was refused before in session "
                + key.session()
                + " and is not tried again, lest its account be locked; have it put right and"
                + " start a new session, or choose another");
      }
    }

    void refused() {
      refused = true;
    }

    @Override
    public void close() {
      lock.unlock();
    }
  }
}
