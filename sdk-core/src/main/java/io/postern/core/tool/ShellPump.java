package io.postern.core.tool;

import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.recording.Recorder.Track;
import io.postern.spi.connector.ShellChannel;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a shell shows, on a thread of its own: past the gate, into the recording, and only
 * then to the views (rule REC-2). It also takes the shell down, so that nothing is sealed while
 * something is still written.
 */
final class ShellPump implements Runnable {
  private static final Logger log = LoggerFactory.getLogger(ShellPump.class);
  private static final int CHUNK = 16 << 10;

  private final Watch watch;
  private final String name;
  private final ShellChannel channel;
  private final @Nullable Track track;
  private final Scrollback scrollback;
  private final Runnable gone;
  private final Turnstile turnstile;
  private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
  private final AtomicBoolean finished = new AtomicBoolean();
  private final AtomicReference<@Nullable RuntimeException> closingFailure =
      new AtomicReference<>();
  private volatile @Nullable PosternException recordingFailure;

  ShellPump(
      Watch watch,
      String name,
      ShellChannel channel,
      @Nullable Track track,
      Scrollback scrollback,
      Runnable gone) {
    this.watch = watch;
    this.name = name;
    this.channel = channel;
    this.track = track;
    this.scrollback = scrollback;
    this.gone = gone;
    this.turnstile = new Turnstile(watch.gate());
  }

  @Override
  public void run() {
    try {
      pump();
    } catch (IOException e) {
      log.debug("shell lost session={} shell={} cause={}", watch.session(), name, e.toString());
      end(Ending.DROPPED);
    } catch (RuntimeException e) {
      // Nobody waits for this thread, so nobody else would learn of it.
      log.warn("shell failed session={} shell={}", watch.session(), name, e);
    } finally {
      end(Ending.BROKEN);
      finish();
    }
  }

  private void pump() throws IOException {
    InputStream output = channel.output();
    byte[] chunk = new byte[CHUNK];
    while (ending.get() == null) {
      int length = output.read(chunk);
      if (length < 0) {
        end(Ending.ENDPOINT_ENDED);
      } else if (length > 0) {
        show(chunk, length);
      }
    }
  }

  private void show(byte[] chunk, int length) {
    if (!turnstile.pass()) {
      end(Ending.SESSION_ENDED);
      return;
    }
    if (track != null) {
      try {
        track.output(chunk, 0, length);
      } catch (RuntimeException e) {
        recordingFailed(e);
        return;
      }
    }
    // Taken down meanwhile by somebody who could not wait: then the views were told so already.
    if (!finished.get()) {
      scrollback.append(chunk, 0, length);
    }
  }

  /** Stops the shell because it cannot be recorded; the session is told when it is gone. */
  void recordingFailed(RuntimeException cause) {
    recordingFailure = watch.recordingFailure("shell '" + name + "'", cause);
    end(Ending.RECORDING_FAILED);
  }

  /** Has it end; only the first reason counts. */
  void end(Ending why) {
    if (!ending.compareAndSet(null, why)) {
      return;
    }
    turnstile.close();
    try {
      channel.close();
    } catch (RuntimeException e) {
      closingFailure.compareAndSet(null, watch.plugin("closing shell '" + name + "'", e));
    }
  }

  /** Why it has ended; null while it goes on. */
  @Nullable Ending ending() {
    return ending.get();
  }

  @Nullable PosternException recordingFailure() {
    return recordingFailure;
  }

  /** What went wrong while it was taken down, for the first who asks. */
  @Nullable RuntimeException takeClosingFailure() {
    return closingFailure.getAndSet(null);
  }

  /** Takes the rest down, once: seals the recording, tells views, audit trail and session. */
  void finish() {
    if (!finished.compareAndSet(false, true)) {
      return;
    }
    seal();
    scrollback.finish(recordingFailure);
    try {
      audit();
    } catch (RuntimeException e) {
      log.warn("shell's end not in the audit trail session={} shell={}", watch.session(), name, e);
    }
    try {
      PosternException failure = recordingFailure;
      if (failure != null) {
        watch.gate().recordingFailed(failure);
      }
    } finally {
      gone.run();
    }
  }

  private void seal() {
    if (track == null) {
      return;
    }
    try {
      track.close();
    } catch (RuntimeException e) {
      if (recordingFailure == null) {
        recordingFailure = watch.recordingFailure("shell '" + name + "'", e);
        closingFailure.compareAndSet(null, recordingFailure);
      }
    }
  }

  private void audit() {
    Ending why = ending.get();
    Act act =
        why == Ending.CLOSED
            ? watch.act("tool.shell-closed")
            : watch.ownAct("tool.shell-closed").because(why == null ? "" : why.words());
    watch.write(act.with("shell", name).with("bytes", scrollback.end()));
  }
}
