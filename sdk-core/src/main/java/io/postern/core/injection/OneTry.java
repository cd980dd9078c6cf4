package io.postern.core.injection;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Sees to it that a wrong credential is sent once, lest its account be locked (rule INJ-6): until
 * it was taken one request at a time carries it, and after a refusal none. Safe for use by several
 * threads.
 */
final class OneTry {
  private enum State {
    UNTRIED,
    TRYING,
    TAKEN,
    REFUSED
  }

  private final String place;
  private State state = State.UNTRIED;

  /**
   * @param place that the credential is for, for texts
   */
  OneTry(String place) {
    this.place = place;
  }

  /**
   * Returns when the credential may be sent.
   *
   * @return whether this is the try, which has to be {@link #over} some time
   * @throws PosternException LOGON_REFUSED; ENDPOINT_TIMED_OUT when another request tries for
   *     longer; INTERRUPTED
   */
  synchronized boolean begin(Duration patience) {
    long giveUpAt = System.nanoTime() + patience.toNanos();
    while (state == State.TRYING) {
      long left = giveUpAt - System.nanoTime();
      if (left <= 0) {
        throw new PosternException(
            ErrorCode.ENDPOINT_TIMED_OUT,
            place
                + " has not yet answered the first request with this credential, and until it takes"
                + " it no other is sent; try again");
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new PosternException(
            ErrorCode.INTERRUPTED, "the thread was interrupted while it waited for " + place, e);
      }
    }
    if (state == State.REFUSED) {
      throw new PosternException(
          ErrorCode.LOGON_REFUSED,
          place
              + " refused the credential before, and it is not sent again, lest the account be"
              + " locked; have it put right, then inject it anew");
    }
    boolean trying = state == State.UNTRIED;
    if (trying) {
      state = State.TRYING;
    }
    return trying;
  }

  /**
   * A request was answered. A credential that was taken before is known to be right: what 401 says
   * then is about something else.
   */
  synchronized void answered(int status) {
    if (status >= 200 && status < 300) {
      state = State.TAKEN;
    } else if (status == 401 && state != State.TAKEN) {
      state = State.REFUSED;
    }
    notifyAll();
  }

  /** The try is over; where it told nothing, the next one may try. */
  synchronized void over() {
    if (state == State.TRYING) {
      state = State.UNTRIED;
      notifyAll();
    }
  }
}
