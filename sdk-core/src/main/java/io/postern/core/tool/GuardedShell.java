package io.postern.core.tool;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.recording.Recorder.Track;
import io.postern.session.Shell;
import io.postern.session.ShellOutput;
import io.postern.session.Tool;
import io.postern.spi.connector.ShellChannel;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A shell whose output is recorded before it is shown, and whose input asks the gate. */
final class GuardedShell implements Shell, Part {
  /** So much at most is typed between two looks at the gate. */
  private static final int TYPED_AT_ONCE = 4 << 10;

  private static final long CLOSING = TimeUnit.SECONDS.toNanos(3);

  /** RFC 4254, section 6.10. */
  private static final Set<String> SIGNALS =
      Set.of(
          "ABRT", "ALRM", "FPE", "HUP", "INT", "ILL", "KILL", "PIPE", "QUIT", "SEGV", "TERM",
          "USR1", "USR2");

  private final Watch watch;
  private final String name;
  private final ShellChannel channel;
  private final @Nullable Track track;
  private final Scrollback scrollback = new Scrollback();
  private final ReentrantLock typing = new ReentrantLock();
  private final ShellPump pump;
  private final ToolThread thread;

  GuardedShell(
      Watch watch, String name, ShellChannel channel, @Nullable Track track, Runnable gone) {
    this.watch = watch;
    this.name = name;
    this.channel = channel;
    this.track = track;
    this.pump = new ShellPump(watch, name, channel, track, scrollback, gone);
    this.thread = new ToolThread("postern-shell-" + name, pump);
  }

  /** Begins to read what it shows. */
  void begin() {
    boolean begun = false;
    try {
      thread.start();
      begun = true;
    } finally {
      // The system may have no thread left to give.
      if (!begun) {
        pump.end(Ending.BROKEN);
        pump.finish();
      }
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void type(String text) {
    type(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void type(byte[] bytes) {
    requireUsable();
    // One text is typed whole before the next one; closing needs no lock, so it gets us out.
    typing.lock();
    try {
      OutputStream input = channel.input();
      for (int done = 0; done < bytes.length; ) {
        int piece = Math.min(TYPED_AT_ONCE, bytes.length - done);
        requireUsable();
        input.write(bytes, done, piece);
        input.flush();
        done += piece;
      }
    } catch (IOException e) {
      Ending why = pump.ending();
      throw watch.over(words(), why == null ? Ending.DROPPED : why, e);
    } finally {
      typing.unlock();
    }
  }

  @Override
  public void resize(int columns, int rows) {
    TerminalSize.check(columns, rows);
    requireUsable();
    if (track != null) {
      try {
        track.resize(columns, rows);
      } catch (RuntimeException e) {
        pump.recordingFailed(e);
        // The pump tells the session, as it does when output cannot be recorded.
        throw watch.recordingFailure(words(), e);
      }
    }
    onChannel(() -> channel.resize(columns, rows));
  }

  @Override
  public void signal(String signal) {
    if (!SIGNALS.contains(signal)) {
      throw new PosternException(
          ErrorCode.INPUT_INVALID,
          "a signal has its POSIX name without SIG, such as INT, and is one of "
              + String.join(", ", new TreeSet<>(SIGNALS))
              + "; this was '"
              + Shown.of(signal, 40)
              + "'");
    }
    requireUsable();
    watch.write(watch.act("tool.shell-signalled").with("shell", name).with("signal", signal));
    onChannel(() -> channel.signal(signal));
  }

  private void onChannel(Runnable act) {
    try {
      act.run();
    } catch (RuntimeException e) {
      Ending why = pump.ending();
      throw why == null ? watch.plugin(words(), e) : watch.over(words(), why, e);
    }
  }

  /** Nothing goes in where the session, the shell or its recording does not go on. */
  private void requireUsable() {
    Ending why = pump.ending();
    if (why == null) {
      watch.gate().requireOpen();
    } else {
      throw watch.over(words(), why, pump.recordingFailure());
    }
  }

  private String words() {
    return "shell '" + name + "'";
  }

  @Override
  public ShellOutput output() {
    return new ScrollbackView(watch, name, scrollback);
  }

  @Override
  public boolean isOpen() {
    return pump.ending() == null;
  }

  @Override
  public Tool tool() {
    return Tool.SHELL;
  }

  @Override
  public boolean isUnrecorded() {
    return track == null;
  }

  @Override
  public void stop(Ending why) {
    pump.end(why);
  }

  @Override
  public boolean awaitGone(long nanos) {
    return thread.awaitOut(nanos);
  }

  @Override
  public void abandon() {
    pump.finish();
  }

  @Override
  public @Nullable RuntimeException takeFailure() {
    return pump.takeClosingFailure();
  }

  @Override
  public void close() {
    pump.end(Ending.CLOSED);
    if (!awaitGone(CLOSING)) {
      // The connector hangs; the recording is sealed without it.
      pump.finish();
    }
    RuntimeException failure = takeFailure();
    if (failure != null) {
      throw failure;
    }
  }
}
