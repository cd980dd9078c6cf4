package io.postern.core.tool;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.recording.Recorder.Redactions;
import io.postern.core.recording.Recorder.Track;
import io.postern.core.tool.Guard.Guarded;
import io.postern.session.Command;
import io.postern.session.CommandResult;
import io.postern.session.RemoteFiles;
import io.postern.session.Shell;
import io.postern.session.Tool;
import io.postern.spi.connector.EndpointConnection;
import io.postern.spi.connector.MovesFiles;
import io.postern.spi.connector.OpensShells;
import io.postern.spi.connector.OpensShells.ShellRequest;
import io.postern.spi.connector.RunsCommands;
import io.postern.spi.connector.ShellChannel;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a connector opened, behind the gate. */
final class GuardedConnection implements Guarded {
  private static final Logger log = LoggerFactory.getLogger(GuardedConnection.class);
  private static final String TERMINAL = "xterm-256color";
  private static final int MAX_NAME = 100;

  /** For what runs to end by itself, while the endpoint can still be told to clean up. */
  private static final long ENDING = TimeUnit.SECONDS.toNanos(3);

  /** For what only ends when the connection under it does. */
  private static final long ENDING_CUT_OFF = TimeUnit.SECONDS.toNanos(3);

  private static final long OTHERS_CLOSING = TimeUnit.SECONDS.toNanos(10);

  private final EndpointConnection bare;
  private final Watch watch;
  private final Redactions redactions;
  private final Parts parts = new Parts();
  private final GuardedCommands commands;
  private final RemoteFiles files;
  private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
  private final CountDownLatch closed = new CountDownLatch(1);

  GuardedConnection(EndpointConnection bare, Watch watch, Redactions redactions) {
    this.bare = bare;
    this.watch = watch;
    this.redactions = redactions;
    this.commands = new GuardedCommands(watch, bare, parts);
    this.files =
        new GuardedFiles(
            watch, bare, parts, tool -> allowed(tool, MovesFiles.class, "move or list files"));
  }

  /** Judges the use of a tool and gives that by which the endpoint does it. */
  private <C> C allowed(Tool tool, Class<C> capability, String words) {
    watch.judge(tool);
    requireOpen();
    if (!capability.isInstance(bare)) {
      throw watch.missing(tool, words);
    }
    return capability.cast(bare);
  }

  private void requireOpen() {
    Ending why = ending.get();
    if (why != null || !bare.isOpen()) {
      throw watch.over("the connection", why == null ? Ending.DROPPED : why, null);
    }
  }

  @Override
  public CommandResult run(Command command) {
    return commands.run(allowed(Tool.COMMANDS, RunsCommands.class, "run commands"), command);
  }

  @Override
  public Shell openShell(String name, int columns, int rows) {
    String called = checked(name, columns, rows);
    OpensShells opener = allowed(Tool.SHELL, OpensShells.class, "open shells");
    parts.reserve(called, watch.session());
    boolean opened = false;
    try {
      GuardedShell shell = opened(opener, called, columns, rows);
      opened = true;
      return shell;
    } finally {
      if (!opened) {
        parts.release(called);
      }
    }
  }

  /** The name in Unicode NFC, so that two spellings of one are not two shells. */
  private static String checked(String name, int columns, int rows) {
    String called = Normalizer.normalize(name, Normalizer.Form.NFC);
    List<String> faults = new ArrayList<>();
    if (called.isBlank()) {
      faults.add("a shell needs a name of 1 to 100 characters");
    } else if (called.length() > MAX_NAME) {
      faults.add("a shell name must have 1 to 100 characters, this has " + called.length());
    }
    // It becomes part of a thread's name, of log lines and of audit entries.
    if (!called.isBlank()
        && (!Shown.of(called, MAX_NAME * 2).equals(called) || !called.equals(called.strip()))) {
      faults.add("a shell name must have no control characters and no space at either end");
    }
    faults.addAll(TerminalSize.faults(columns, rows));
    if (!faults.isEmpty()) {
      throw new PosternException(ErrorCode.INPUT_INVALID, "this shell cannot be opened", faults);
    }
    return called;
  }

  /** The recording first: a shell that cannot be recorded is not opened (rule REC-2). */
  private GuardedShell opened(OpensShells opener, String name, int columns, int rows) {
    Track track = watch.record(name, columns, rows);
    ShellChannel channel = null;
    try {
      channel = open(opener, name, columns, rows);
      watch.write(
          watch
              .act("tool.shell-opened")
              .with("shell", name)
              .with("columns", columns)
              .with("rows", rows)
              .with("recorded", track != null));
      return begun(name, channel, track);
    } catch (RuntimeException e) {
      Failures failures = new Failures();
      failures.add(e);
      if (channel != null) {
        failures.of(channel::close);
      }
      if (track != null) {
        failures.of(track::close);
      }
      throw e;
    }
  }

  private ShellChannel open(OpensShells opener, String name, int columns, int rows) {
    try {
      return opener.openShell(new ShellRequest(TERMINAL, columns, rows));
    } catch (RuntimeException e) {
      throw watch.plugin("opening shell '" + name + "'", e);
    }
  }

  private GuardedShell begun(String name, ShellChannel channel, @Nullable Track track) {
    AtomicReference<@Nullable GuardedShell> self = new AtomicReference<>();
    Runnable gone =
        () -> {
          parts.release(name);
          GuardedShell shell = self.get();
          if (shell != null) {
            parts.remove(shell);
          }
        };
    GuardedShell shell = new GuardedShell(watch, name, channel, track, gone);
    self.set(shell);
    if (parts.add(shell)) {
      shell.begin();
      return shell;
    }
    // The connection was closed while the shell was opened.
    shell.abandon();
    Ending why = ending.get();
    throw watch.over("shell '" + name + "'", why == null ? Ending.CONNECTION_CLOSED : why, null);
  }

  @Override
  public RemoteFiles files() {
    return files;
  }

  @Override
  public boolean isOpen() {
    return ending.get() == null && bare.isOpen();
  }

  @Override
  public boolean isBusy() {
    return !parts.isEmpty();
  }

  @Override
  public void judgeAnew() {
    List<Part> over = parts.notAllowed(watch);
    over.forEach(part -> part.stop(Ending.NOT_ALLOWED));
    Parts.awaitGone(over, ENDING).forEach(Part::abandon);
  }

  @Override
  public void close() {
    if (ending.compareAndSet(null, Ending.CONNECTION_CLOSED)) {
      takeDown(Ending.CONNECTION_CLOSED).throwFirst();
    } else if (!ToolThread.isCurrent()) {
      // Somebody else is at it. Who closes must find it closed, but a thread of ours must not wait
      // here for those who wait for it.
      ToolThread.await(closed, OTHERS_CLOSING);
    }
  }

  /**
   * The endpoint dropped the connection. Called by a thread of the connector's, which may be the
   * very one that the shells need to come to their end: the work is done by another.
   */
  void dropped() {
    if (ending.compareAndSet(null, Ending.DROPPED)) {
      log.debug("connection dropped session={}", watch.session());
      new ToolThread("postern-connection-closer", this::takeDownDropped).start();
    }
  }

  private void takeDownDropped() {
    RuntimeException failure = takeDown(Ending.DROPPED).first();
    if (failure != null) {
      log.warn("dropped connection did not close whole session={}", watch.session(), failure);
    }
  }

  private Failures takeDown(Ending why) {
    Failures failures = new Failures();
    try {
      List<Part> running = parts.close(why);
      running.forEach(part -> failures.of(() -> part.stop(why)));
      Parts.awaitGone(running, ENDING);
      failures.of(bare::close);
      for (Part left : Parts.awaitGone(running, ENDING_CUT_OFF)) {
        failures.of(left::abandon);
      }
      for (Part part : running) {
        RuntimeException failure = part.takeFailure();
        if (failure != null) {
          failures.add(failure);
        }
      }
      failures.of(redactions::close);
    } finally {
      closed.countDown();
    }
    return failures;
  }
}
