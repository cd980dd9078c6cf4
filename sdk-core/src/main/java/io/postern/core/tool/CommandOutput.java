package io.postern.core.tool;

import io.postern.core.recording.Recorder.Track;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads one of a command's two outputs to its end, on a thread of its own: past the gate, into the
 * recording, and of that as much as is to be kept. The rest is read all the same, since a command
 * whose output nobody takes stands still.
 */
final class CommandOutput implements Runnable {
  private static final int CHUNK = 16 << 10;

  private final Supplier<InputStream> stream;
  private final Turnstile turnstile;
  private final @Nullable Track track;
  private final int limit;
  private final Consumer<CommandOutput> ended;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private boolean truncated;
  private @Nullable Ending cut;
  private @Nullable Exception cause;

  CommandOutput(
      Supplier<InputStream> stream,
      Turnstile turnstile,
      @Nullable Track track,
      int limit,
      Consumer<CommandOutput> ended) {
    this.stream = stream;
    this.turnstile = turnstile;
    this.track = track;
    this.limit = limit;
    this.ended = ended;
  }

  @Override
  public void run() {
    try {
      readAll(stream.get());
    } catch (IOException e) {
      cut(Ending.DROPPED, e);
    } catch (RuntimeException e) {
      cut(Ending.BROKEN, e);
    } finally {
      ended.accept(this);
    }
  }

  private void readAll(InputStream input) throws IOException {
    byte[] chunk = new byte[CHUNK];
    int length;
    do {
      length = input.read(chunk);
      // That it has ended is news too, and waits while the session is frozen as its output does.
      if (!turnstile.pass()) {
        cut(Ending.SESSION_ENDED, null);
        return;
      }
      if (length > 0) {
        if (!record(chunk, length)) {
          return;
        }
        keep(chunk, length);
      }
    } while (length >= 0);
  }

  private boolean record(byte[] chunk, int length) {
    if (track != null) {
      try {
        track.output(chunk, 0, length);
      } catch (RuntimeException e) {
        cut(Ending.RECORDING_FAILED, e);
        return false;
      }
    }
    return true;
  }

  private synchronized void cut(Ending why, @Nullable Exception thrown) {
    cut = why;
    cause = thrown;
  }

  private synchronized void keep(byte[] chunk, int length) {
    int room = Math.min(length, limit - kept.size());
    kept.write(chunk, 0, room);
    truncated |= room < length;
  }

  /** What was kept, as UTF-8; a character that the limit cut in two is left out. */
  synchronized String text() {
    byte[] bytes = kept.toByteArray();
    int length = truncated ? wholeCharacters(bytes) : bytes.length;
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /** The length without a last character that has not all its bytes. */
  private static int wholeCharacters(byte[] bytes) {
    int start = bytes.length;
    while (start > 0 && bytes.length - start < 3 && (bytes[start - 1] & 0xc0) == 0x80) {
      start--;
    }
    if (start == 0) {
      return bytes.length;
    }
    int lead = bytes[start - 1] & 0xff;
    int needs = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    return bytes.length - (start - 1) < needs ? start - 1 : bytes.length;
  }

  synchronized boolean isTruncated() {
    return truncated;
  }

  /** Why it was not read to its end; null when it was, or still is. */
  synchronized @Nullable Ending cut() {
    return cut;
  }

  synchronized @Nullable Exception cause() {
    return cause;
  }
}
