package io.postern.core.tool;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.recording.Recorder.Track;
import io.postern.session.Command;
import io.postern.session.CommandResult;
import io.postern.spi.connector.EndpointConnection;
import io.postern.spi.connector.RunsCommands;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The commands of one connection: judged by the caller, numbered, recorded and audited here. */
final class GuardedCommands {
  private final Watch watch;
  private final EndpointConnection connection;
  private final Parts parts;
  private final AtomicInteger numbers = new AtomicInteger();

  GuardedCommands(Watch watch, EndpointConnection connection, Parts parts) {
    this.watch = watch;
    this.connection = connection;
    this.parts = parts;
  }

  /** Runs a command whose use was allowed. */
  CommandResult run(RunsCommands runner, Command command) {
    int number = numbers.incrementAndGet();
    long began = System.nanoTime();
    // Once, while the secrets are known that it must not show: they are forgotten when the
    // connection goes, which may be before the command is over.
    String shown = watch.shown(command.line(), Watch.MAX_SHOWN);
    // Before it runs: whatever becomes of this process then, the trail says what was done.
    watch.write(named("tool.command-started", shown, number));
    CommandResult result;
    try {
      result = recorded(runner, command, number);
    } catch (RuntimeException e) {
      watch.writeFailure(
          named("tool.command", shown, number)
              .with("took", Duration.ofNanos(System.nanoTime() - began)),
          e);
      throw e;
    }
    Act done =
        named("tool.command", shown, number)
            .with("truncated", result.truncated())
            .with("took", result.took());
    watch.write(
        result.exitStatus().isPresent()
            ? done.with("exitStatus", result.exitStatus().getAsInt())
            : done);
    return result;
  }

  private CommandResult recorded(RunsCommands runner, Command command, int number) {
    Track track = watch.record(number + " " + watch.shown(command.line(), 60), 80, 24);
    CommandRun run = new CommandRun(watch, connection, command, track);
    parts.add(run);
    PosternException unrecorded = null;
    try {
      return run.run(runner, number);
    } catch (PosternException e) {
      unrecorded = e.code() == ErrorCode.RECORDING_FAILED ? e : null;
      throw e;
    } finally {
      parts.remove(run);
      run.gone();
      tell(unrecorded);
    }
  }

  private void tell(@Nullable PosternException unrecorded) {
    if (unrecorded != null) {
      watch.gate().recordingFailed(unrecorded);
    }
  }

  private Act named(String action, String shown, int number) {
    return watch.act(action).with("command", shown).with("number", number);
  }
}
