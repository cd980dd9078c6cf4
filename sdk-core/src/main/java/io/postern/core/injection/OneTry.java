package io.postern.core.injection;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Sees to it that a wrong credential is not sent again and again, lest its account be locked (rule
 * INJ-6): until it was taken one try at a time carries it, and after a refusal none. Safe for use
 * by several threads.
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
                + " has not yet answered the request that tries this credential, and until it does no"
                + " other is sent; try again");
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
              + " refused this credential before, and it is not sent again, lest the account be"
              + " locked; have it put right, then inject it anew");
    }
    boolean trying = state == State.UNTRIED;
    if (trying) {
      state = State.TRYING;
    }
    return trying;
  }

  /** It was taken, and may be sent by several at once from now on. */
  synchronized void taken() {
    if (state != State.REFUSED) {
      state = State.TAKEN;
      notifyAll();
    }
  }

  /**
   * It was refused. One that was taken before may have been changed meanwhile, or taken where none
   * was looked at, or be refused there alone: it has to be tried anew, once.
   */
  synchronized void refused() {
    state = state == State.TAKEN ? State.UNTRIED : State.REFUSED;
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
