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

  /**
   * The leave of one request, or of one log-on, to carry the credential.
   *
   * @param alone whether it is the try that others wait for, which has to be {@link #over} some
   *     time
   * @param turn of which try it is, or after which success it was let go
   */
  record Leave(boolean alone, long turn) {}

  private final String place;
  private State state = State.UNTRIED;
  private long turn;

  /**
   * @param place that the credential is for, for texts
   */
  OneTry(String place) {
    this.place = place;
  }

  /**
   * Returns when the credential may be sent.
   *
   * @throws PosternException LOGON_REFUSED; ENDPOINT_TIMED_OUT when another request tries for
   *     longer; INTERRUPTED
   */
  synchronized Leave begin(Duration patience) {
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
    boolean alone = state == State.UNTRIED;
    if (alone) {
      state = State.TRYING;
      turn++;
    }
    return new Leave(alone, turn);
  }

  /** It was taken, and may be sent by several at once from now on. */
  synchronized void taken(Leave by) {
    if (by.turn() == turn && state != State.REFUSED) {
      state = State.TAKEN;
      notifyAll();
    }
  }

  /**
   * It was refused. One that was taken before may have been changed meanwhile, or taken where none
   * was looked at, or be refused there alone: it has to be tried anew, once. Of those that were let
   * go together only the first says so.
   */
  synchronized void refused(Leave by) {
    if (by.turn() != turn) {
      return;
    }
    if (state == State.TAKEN) {
      state = State.UNTRIED;
      turn++;
    } else {
      state = State.REFUSED;
    }
    notifyAll();
  }

  /** It ended, or said nothing of the credential; where it was the try, the next one may try. */
  synchronized void over(Leave by) {
    if (by.alone() && by.turn() == turn && state == State.TRYING) {
      state = State.UNTRIED;
      notifyAll();
    }
  }
}
