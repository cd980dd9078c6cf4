package io.postern.core.tool;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.session.ShellOutput;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * One reader's place in a shell's output.
 *
 * <p>It asks the gate at each reading too, not only when the output came in: a view that lags, or a
 * new one, would else show what is kept while the session is frozen or after it was ended.
 */
final class ScrollbackView implements ShellOutput {
  /** The gate offers no waiting with a limit; this often a reader looks again. */
  private static final long FROZEN_LOOK = TimeUnit.MILLISECONDS.toNanos(50);

  /** What is kept of a very long output that is searched: the last of it. */
  static final int MAX_SEEN = 8 << 20;

  private enum Passing {
    OPEN,
    FROZEN,
    ENDED
  }

  private final Watch watch;
  private final String shell;
  private final Scrollback scrollback;
  private long position;
  private long skipped;
  private volatile boolean closed;

  ScrollbackView(Watch watch, String shell, Scrollback scrollback) {
    this.watch = watch;
    this.shell = shell;
    this.scrollback = scrollback;
    this.position = scrollback.oldest();
  }

  @Override
  public int read(byte[] buffer, Duration atMost) {
    if (requireNonNull(buffer, "buffer").length == 0) {
      throw new IllegalArgumentException("the buffer must have room, its length is 0");
    }
    return readUntil(buffer, System.nanoTime() + nanos(atMost));
  }

  private int readUntil(byte[] buffer, long deadline) {
    while (true) {
      requireOpen();
      Passing passing = passing();
      // Asked first: what came before the end must be read before the end is told.
      boolean over = scrollback.isFinished();
      if (passing == Passing.ENDED) {
        skipTo(scrollback.end());
        return ended();
      }
      if (passing == Passing.OPEN) {
        int length = scrollback.copy(position, buffer);
        if (length > 0) {
          position += length;
          return length;
        }
        if (length == Scrollback.OVERRUN) {
          skipTo(scrollback.oldest());
          continue;
        }
        if (over) {
          return ended();
        }
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return 0;
      }
      await(passing, left);
    }
  }

  private Passing passing() {
    try {
      watch.gate().requireOpen();
      return Passing.OPEN;
    } catch (PosternException e) {
      if (e.code() == ErrorCode.SESSION_FROZEN) {
        return Passing.FROZEN;
      }
      if (e.code() == ErrorCode.SESSION_ENDED) {
        return Passing.ENDED;
      }
      throw e;
    }
  }

  private void await(Passing passing, long nanos) {
    try {
      if (passing == Passing.FROZEN) {
        scrollback.pause(Math.min(nanos, FROZEN_LOOK));
      } else {
        scrollback.await(position, nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PosternException(
          ErrorCode.INTERRUPTED,
          "the thread that waited for output of shell '%s' in session %s was interrupted"
              .formatted(shell, watch.session()),
          e);
    }
  }

  private int ended() {
    PosternException failure = scrollback.failure();
    if (failure != null) {
      throw watch.over("shell '" + shell + "'", Ending.RECORDING_FAILED, failure);
    }
    return -1;
  }

  private void skipTo(long next) {
    long missed = next - position;
    if (missed > 0) {
      skipped += missed;
      position = next;
    }
  }

  @Override
  public long skippedBytes() {
    return skipped;
  }

  @Override
  public String awaitText(String text, Duration atMost) {
    long deadline = System.nanoTime() + nanos(atMost);
    requireOpen();
    if (text.isEmpty()) {
      return "";
    }
    // In bytes: a character that is split over two readings needs no care then.
    TextSearch search = new TextSearch(text.getBytes(StandardCharsets.UTF_8));
    Seen seen = new Seen();
    byte[] buffer = new byte[8 << 10];
    while (true) {
      long skippedBefore = skipped;
      int length = readUntil(buffer, deadline);
      if (length < 0) {
        throw endedBefore(text, seen);
      }
      if (skipped != skippedBefore) {
        search.restart();
      }
      int found = search.in(buffer, length);
      if (found >= 0) {
        position -= length - found;
        seen.write(buffer, 0, found);
        return seen.text();
      }
      seen.write(buffer, 0, length);
      if (length == 0 || deadline - System.nanoTime() <= 0) {
        throw notShown(text, seen, "in time", ErrorCode.COMMAND_TIMED_OUT);
      }
    }
  }

  private PosternException endedBefore(String text, Seen seen) {
    PosternException over = watch.over("shell '" + shell + "'", Ending.ENDPOINT_ENDED, null);
    return over.code() == ErrorCode.SESSION_ENDED
        ? over
        : notShown(text, seen, "before it ended", ErrorCode.ENDPOINT_CLOSED);
  }

  private PosternException notShown(String text, Seen seen, String when, ErrorCode code) {
    return new PosternException(
        code,
        "shell '%s' in session %s did not show '%s' %s; the last it showed was '%s'"
            .formatted(
                shell,
                watch.session(),
                watch.shown(text, 200),
                when,
                watch.tail(seen.text(), 500)));
  }

  private void requireOpen() {
    if (closed) {
      throw new PosternException(
          ErrorCode.CLOSED, "this view of shell '%s' was closed; open another".formatted(shell));
    }
  }

  @Override
  public void close() {
    closed = true;
  }

  private static long nanos(Duration time) {
    // Half of what fits: a deadline must not wrap around.
    Duration most = Duration.ofNanos(Long.MAX_VALUE / 2);
    return time.isNegative() ? 0 : (time.compareTo(most) < 0 ? time : most).toNanos();
  }

  /** What was read while a text was awaited; of very much the last part. */
  private static final class Seen extends ByteArrayOutputStream {
    @Override
    public synchronized void write(byte[] bytes, int offset, int length) {
      if (count + length > MAX_SEEN) {
        int kept = MAX_SEEN / 2;
        System.arraycopy(buf, count - kept, buf, 0, kept);
        count = kept;
      }
      super.write(bytes, offset, length);
    }

    synchronized String text() {
      return toString(StandardCharsets.UTF_8);
    }
  }
}
