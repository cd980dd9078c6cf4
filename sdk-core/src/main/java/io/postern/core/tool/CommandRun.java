package io.postern.core.tool;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.recording.Recorder.Track;
import io.postern.session.Command;
import io.postern.session.CommandResult;
import io.postern.session.Tool;
import io.postern.spi.connector.CommandChannel;
import io.postern.spi.connector.EndpointConnection;
import io.postern.spi.connector.RunsCommands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One command, from its start until nothing of it is left. Run once, by the thread that asked for
 * it; stopped by any.
 */
final class CommandRun implements Part {
  private static final Logger log = LoggerFactory.getLogger(CommandRun.class);
  private static final long CLOSING = TimeUnit.SECONDS.toNanos(5);

  private final Watch watch;
  private final EndpointConnection connection;
  private final Command command;
  private final @Nullable Track track;
  private final String words;
  private final Turnstile turnstile;
  private final AtomicReference<@Nullable Ending> ending = new AtomicReference<>();
  private final AtomicReference<@Nullable CommandChannel> channel = new AtomicReference<>();
  private final AtomicReference<@Nullable Exception> cause = new AtomicReference<>();

  /** Both outputs have ended, or the command is to. */
  private final CountDownLatch over = new CountDownLatch(1);

  private final CountDownLatch gone = new CountDownLatch(1);

  CommandRun(Watch watch, EndpointConnection connection, Command command, @Nullable Track track) {
    this.watch = watch;
    this.connection = connection;
    this.command = command;
    this.track = track;
    this.words = "command '" + watch.shown(command.line(), 100) + "'";
    this.turnstile = new Turnstile(watch.gate());
  }

  /** Runs it and seals its recording. */
  CommandResult run(RunsCommands runner, int number) {
    long began = System.nanoTime();
    // Both closed in every case, the recording last, with what fails then suppressed.
    Step seal = this::seal;
    try (seal) {
      requireWanted();
      record("$ " + watch.shown(command.line(), command.line().length()) + "\r\n");
      CommandChannel running = start(runner);
      AtomicInteger reading = new AtomicInteger(2);
      CommandOutput output = output(running, false, reading);
      CommandOutput errors = output(running, true, reading);
      List<ToolThread> threads =
          List.of(
              new ToolThread("postern-command-" + number + "-output", output),
              new ToolThread("postern-command-" + number + "-errors", errors));
      Step down = () -> takeDown(running, threads);
      try (down) {
        threads.forEach(Thread::start);
        awaitOver(began);
        requireWhole(output, errors);
        return result(running, output, errors, began);
      }
    }
  }

  /** Says that nothing of it is left. */
  void gone() {
    gone.countDown();
  }

  private CommandChannel start(RunsCommands runner) {
    CommandChannel started;
    try {
      started = runner.start(new RunsCommands.CommandRequest(command.line()));
    } catch (RuntimeException e) {
      throw watch.plugin(words, e);
    }
    channel.set(started);
    if (ending.get() != null) {
      // Stopped while it started, when there was no channel to close yet.
      close(started);
    }
    try {
      // Nobody types: a command that reads finds the end at once instead of waiting for ever.
      started.input().close();
    } catch (IOException | RuntimeException e) {
      log.debug("command takes no end of input session={}", watch.session(), e);
    }
    return started;
  }

  /** A command that nobody waits for any more is not started. */
  private void requireWanted() {
    if (Thread.currentThread().isInterrupted()) {
      stop(Ending.INTERRUPTED);
    }
    Ending why = ending.get();
    if (why != null) {
      throw watch.over(words, why, null);
    }
  }

  private CommandOutput output(CommandChannel of, boolean errors, AtomicInteger reading) {
    return new CommandOutput(
        errors ? of::errors : of::output,
        turnstile,
        track,
        command.maxOutputBytes(),
        ended -> {
          Ending cut = ended.cut();
          if (cut != null) {
            cause.compareAndSet(null, ended.cause());
            stop(cut);
          }
          if (reading.decrementAndGet() == 0) {
            over.countDown();
          }
        });
  }

  private void awaitOver(long began) {
    long limit = command.timeLimit().toNanos();
    try {
      if (!over.await(limit - (System.nanoTime() - began), TimeUnit.NANOSECONDS)) {
        stop(Ending.TIMED_OUT);
      }
    } catch (InterruptedException e) {
      stop(Ending.INTERRUPTED);
      Thread.currentThread().interrupt();
    }
  }

  private void requireWhole(CommandOutput output, CommandOutput errors) {
    Ending why = ending.get();
    Exception thrown = cause.get();
    if (why == Ending.TIMED_OUT) {
      throw new PosternException(
          ErrorCode.COMMAND_TIMED_OUT,
          "%s in session %s ran into its time limit of %s and was stopped; give it more time, or see why it hangs; the last it wrote was '%s', and as errors '%s'"
              .formatted(
                  words,
                  watch.session(),
                  command.timeLimit(),
                  watch.tail(output.text(), 500),
                  watch.tail(errors.text(), 500)));
    }
    if (why == Ending.BROKEN && thrown instanceof RuntimeException failure) {
      throw watch.plugin(words, failure);
    }
    if (why != null) {
      throw watch.over(words, why, thrown);
    }
  }

  private CommandResult result(
      CommandChannel running, CommandOutput output, CommandOutput errors, long began) {
    OptionalInt status;
    try {
      status = running.exitStatus();
    } catch (RuntimeException e) {
      throw watch.plugin(words, e);
    }
    if (status.isEmpty() && !connection.isOpen()) {
      // A broken connection may end the streams like a command's end does.
      throw watch.over(words, Ending.DROPPED, null);
    }
    return new CommandResult(
        status,
        output.text(),
        errors.text(),
        output.isTruncated() || errors.isTruncated(),
        Duration.ofNanos(System.nanoTime() - began));
  }

  private void record(String text) {
    if (track != null) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      try {
        track.output(bytes, 0, bytes.length);
      } catch (RuntimeException e) {
        throw watch.recordingFailure(words, e);
      }
    }
  }

  private void seal() {
    if (track != null) {
      try {
        track.close();
      } catch (RuntimeException e) {
        throw watch.recordingFailure(words, e);
      }
    }
  }

  private void takeDown(CommandChannel running, List<ToolThread> threads) {
    turnstile.close();
    close(running);
    threads.forEach(thread -> thread.awaitOut(CLOSING));
  }

  private void close(CommandChannel running) {
    try {
      running.close();
    } catch (RuntimeException e) {
      log.debug("command's channel does not close session={}", watch.session(), e);
    }
  }

  @Override
  public Tool tool() {
    return Tool.COMMANDS;
  }

  @Override
  public boolean isUnrecorded() {
    return track == null;
  }

  @Override
  public void stop(Ending why) {
    if (ending.compareAndSet(null, why)) {
      turnstile.close();
      CommandChannel running = channel.get();
      if (running != null) {
        close(running);
      }
      over.countDown();
    }
  }

  @Override
  public boolean awaitGone(long nanos) {
    return ToolThread.await(gone, nanos);
  }

  @Override
  public void abandon() {
    // The thread that runs it takes it down; all that can hold it up is the plug-in it is in.
    log.warn("command hangs in its connector session={}", watch.session());
  }

  private interface Step extends AutoCloseable {
    @Override
    void close();
  }
}
