package io.postern.core.tool;

import static io.postern.core.tool.Rig.SOON;
import static io.postern.core.tool.Rig.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.Awaiting;
import io.postern.core.tool.FakeEndpoint.FakeCommand;
import io.postern.session.Command;
import io.postern.session.CommandResult;
import io.postern.session.Connection;
import io.postern.session.Tool;
import io.postern.testing.Rule;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class GuardedCommandsTest {
  private final Rig rig = new Rig();
  private final FakeEndpoint endpoint = new FakeEndpoint();
  private final Connection connection = rig.wrap(endpoint);
  private final ExecutorService caller = Executors.newCachedThreadPool();

  @AfterEach
  void nothingIsLeft() {
    connection.close();
    caller.shutdownNow();
    Awaiting.until("its threads end", () -> Rig.threads().isEmpty());
    assertThat(endpoint.hasOpenChannel()).isFalse();
    assertThat(rig.recorder.tracks).allMatch(FakeRecorder.FakeTrack::isSealed);
  }

  private void answer(String output, String errors, int status) {
    endpoint.onCommand =
        command -> {
          command.output.give(output);
          command.errors.give(errors);
          command.exit(status);
        };
  }

  /** The code that a call on another thread ended with. */
  private static ErrorCode codeOf(Future<?> call) throws Exception {
    try {
      call.get(SOON.toSeconds(), TimeUnit.SECONDS);
      throw new AssertionError("nothing thrown");
    } catch (ExecutionException e) {
      return ((PosternException) e.getCause()).code();
    }
  }

  @Test
  @Rule("TOOL-3")
  void aCommand_givesBothOutputsAndItsStatus() {
    answer("maya\n", "warning\n", 3);

    CommandResult result = connection.run("id -un");

    assertThat(result.output()).isEqualTo("maya\n");
    assertThat(result.errors()).isEqualTo("warning\n");
    assertThat(result.exitStatus()).hasValue(3);
    assertThat(result.truncated()).isFalse();
    assertThat(result.took()).isPositive();
    FakeCommand far = endpoint.commands.remove();
    assertThat(far.line).isEqualTo("id -un");
    assertThat(far.inputEnded).as("nobody types").isTrue();
    assertThat(far.closed).isTrue();
  }

  @Test
  void aCommandWithoutStatus_hasNone() {
    endpoint.onCommand =
        command -> {
          command.output.end();
          command.errors.end();
        };
    assertThat(connection.run("kill $$").exitStatus()).isEqualTo(OptionalInt.empty());
  }

  @Test
  @Rule("REC-1")
  void aRecordedCommand_isATrackWithWhatWasRunAndShown() {
    answer("out\n", "err\n", 0);

    connection.run("make\nall");

    FakeRecorder.FakeTrack track = rig.recorder.only();
    assertThat(track.name).isEqualTo("1 make␊all");
    assertThat(track.text()).startsWith("$ make␊all\r\n").contains("out\n").contains("err\n");
    assertThat(track.isSealed()).isTrue();
  }

  @Test
  @Rule("SES-15")
  void whatWasRun_isInTheTrailBeforeAndAfter() {
    answer("", "", 1);

    connection.run("login hunter2\u001b[2J " + "x".repeat(5_000));

    assertThat(rig.journal.actions()).containsExactly("tool.command-started", "tool.command");
    String shown = rig.journal.only("tool.command-started").details().get("command");
    assertThat(shown).startsWith("login [redacted]␛[2J xxx").hasSizeLessThan(2_100);
    assertThat(rig.journal.only("tool.command").details())
        .containsEntry("command", shown)
        .containsEntry("exitStatus", "1")
        .containsEntry("truncated", "false")
        .containsEntry("number", "1")
        .containsKey("took");
  }

  @Test
  @Rule("SES-15")
  void aCommandThatCannotBeAudited_isNotRun() {
    rig.journal.goDown();

    refused(ErrorCode.STORE_UNAVAILABLE, () -> connection.run("rm -rf /"));

    assertThat(endpoint.commands).isEmpty();
  }

  @Test
  @Rule("TOOL-3")
  void outputBeyondTheLimit_isReadRecordedAndDropped() {
    byte[] much = new byte[3 << 20];
    Arrays.fill(much, (byte) 'y');
    endpoint.onCommand =
        command -> {
          command.output.give(much);
          command.exit(0);
        };

    CommandResult result = connection.run(Command.of("yes").keeping(1_000));

    assertThat(result.output()).isEqualTo("y".repeat(1_000));
    assertThat(result.truncated()).isTrue();
    assertThat(rig.recorder.only().recorded()).hasSize("$ yes\r\n".length() + much.length);
  }

  @Test
  void aLimitInsideACharacter_leavesTheCharacterOut() {
    String text = "aé→😀é→😀";
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    for (int limit = 0; limit <= bytes; limit++) {
      answer(text, text, 0);
      CommandResult result = connection.run(Command.of("x").keeping(limit));
      assertThat(text).startsWith(result.output());
      assertThat(result.output()).doesNotContain("\ufffd");
      assertThat(limit - result.output().getBytes(StandardCharsets.UTF_8).length).isBetween(0, 3);
      assertThat(result.truncated()).isEqualTo(limit < bytes);
      assertThat(result.errors()).isEqualTo(result.output());
    }
  }

  @Test
  void bytesThatAreNoUtf8_areReplacedWhateverTheChunks() {
    Random random = new Random(9);
    byte[] all = new byte[20_000];
    random.nextBytes(all);
    endpoint.onCommand =
        command -> {
          for (int at = 0; at < all.length; ) {
            int length = Math.min(1 + random.nextInt(999), all.length - at);
            command.output.give(Arrays.copyOfRange(all, at, at + length));
            at += length;
          }
          command.exit(0);
        };
    assertThat(connection.run("cat /dev/urandom").output())
        .isEqualTo(new String(all, StandardCharsets.UTF_8));
  }

  @Test
  @Rule("TOOL-3")
  void aCommandBeyondItsTimeLimit_isStoppedAndSaysWhatItWrote() {
    // The command never ends by itself.
    endpoint.onCommand = command -> command.output.give("waiting with hunter2\n");

    PosternException late =
        refused(
            ErrorCode.COMMAND_TIMED_OUT,
            () -> connection.run(Command.of("sleep 9").within(Duration.ofSeconds(1))));

    assertThat(late).hasMessageContaining("sleep 9").hasMessageContaining("PT1S");
    assertThat(late).hasMessageContaining("'waiting with [redacted]␊'");
    assertThat(endpoint.commands.remove().closed).isTrue();
    assertThat(rig.journal.only("tool.command").details())
        .containsEntry("failed", "COMMAND_TIMED_OUT");
  }

  @Test
  @Rule("SES-12")
  void whileFrozen_neitherOutputNorItsEndComesOut() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    endpoint.onCommand = command -> started.countDown();
    Future<CommandResult> run = caller.submit(() -> connection.run("uptime"));
    started.await();
    rig.gate.become(FakeGate.State.FROZEN);
    FakeCommand far = endpoint.commands.remove();
    far.output.give("up 3 days");
    far.exit(0);

    // The output waits with its bytes, the errors with nothing but their end.
    rig.gate.awaitWaiting(2);
    assertThat(run.isDone()).isFalse();
    assertThat(rig.recorder.only().text()).doesNotContain("up 3 days");

    rig.gate.become(FakeGate.State.OPEN);
    assertThat(run.get(20, TimeUnit.SECONDS).output()).isEqualTo("up 3 days");
  }

  @Test
  void frozenBeyondTheTimeLimit_theCommandIsStoppedAndItsThreadsComeBack() {
    endpoint.onCommand =
        command -> {
          rig.gate.become(FakeGate.State.FROZEN);
          command.output.give("x");
        };

    PosternException late =
        refused(
            ErrorCode.COMMAND_TIMED_OUT,
            () -> connection.run(Command.of("x").within(Duration.ofSeconds(1))));

    assertThat(late).hasMessageContaining("the last it wrote was ''");
    Awaiting.until("its threads end", () -> Rig.threads().isEmpty());
  }

  @Test
  @Rule("SES-6")
  void whenTheSessionEnds_theCommandDoes() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    endpoint.onCommand = command -> started.countDown();
    Future<CommandResult> run = caller.submit(() -> connection.run("sleep 100"));
    started.await();

    rig.gate.become(FakeGate.State.ENDED);
    connection.close();

    assertThat(codeOf(run)).isEqualTo(ErrorCode.SESSION_ENDED);
    assertThat(rig.recorder.only().isSealed()).isTrue();
    Awaiting.until("its threads end", () -> Rig.threads().isEmpty());
  }

  @Test
  void whenTheConnectionIsClosedOrBreaks_theCommandSaysWhich() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    endpoint.onCommand = command -> started.countDown();
    Future<CommandResult> run = caller.submit(() -> connection.run("sleep 100"));
    started.await();
    connection.close();
    assertThat(codeOf(run)).isEqualTo(ErrorCode.CLOSED);

    FakeEndpoint second = new FakeEndpoint();
    CountDownLatch again = new CountDownLatch(1);
    second.onCommand = command -> again.countDown();
    try (Connection other = rig.wrap(second)) {
      Future<CommandResult> lost = caller.submit(() -> other.run("sleep 100"));
      again.await();
      second.drop();
      assertThat(codeOf(lost)).isEqualTo(ErrorCode.ENDPOINT_CLOSED);
    }
  }

  @Test
  void streamsThatEndBecauseTheConnectionBroke_areNotTakenForTheCommandsEnd() {
    endpoint.onCommand =
        command -> {
          command.output.give("half of");
          command.output.end();
          command.errors.end();
          endpoint.drop();
        };
    refused(ErrorCode.ENDPOINT_CLOSED, () -> connection.run("cat big"));
  }

  @Test
  void anInterruptedCaller_stopsTheCommandAndStaysInterrupted() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch stillInterrupted = new CountDownLatch(1);
    endpoint.onCommand = command -> started.countDown();
    Thread[] running = new Thread[1];
    Future<?> run =
        caller.submit(
            () -> {
              running[0] = Thread.currentThread();
              try {
                connection.run("sleep 100");
              } finally {
                if (Thread.interrupted()) {
                  stillInterrupted.countDown();
                }
              }
            });
    started.await();
    running[0].interrupt();

    assertThat(codeOf(run)).isEqualTo(ErrorCode.INTERRUPTED);
    assertThat(stillInterrupted.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(rig.recorder.only().isSealed()).isTrue();
  }

  @Test
  void aCallerWhoIsInterruptedAlready_startsNothing() {
    Thread.currentThread().interrupt();

    refused(ErrorCode.INTERRUPTED, () -> connection.run("rm x"));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(endpoint.commands).isEmpty();
    assertThat(rig.recorder.only().isSealed()).isTrue();
  }

  @Test
  @Rule("REC-2")
  void aCommandThatCannotBeRecorded_isNotStartedOrIsStopped() {
    rig.recorder.cannotBegin = true;
    refused(ErrorCode.RECORDING_FAILED, () -> connection.run("id"));
    rig.recorder.cannotBegin = false;
    rig.recorder.fullAtByte = 3;
    refused(ErrorCode.RECORDING_FAILED, () -> connection.run("id"));
    assertThat(endpoint.commands).isEmpty();

    rig.recorder.fullAtByte = 10;
    endpoint.onCommand = command -> command.output.give("more than fits");
    refused(ErrorCode.RECORDING_FAILED, () -> connection.run("id"));
    assertThat(endpoint.commands.remove().closed).isTrue();

    rig.recorder.fullAtByte = Integer.MAX_VALUE;
    rig.recorder.cannotSeal = true;
    answer("", "", 0);
    refused(ErrorCode.RECORDING_FAILED, () -> connection.run("id"));
    assertThat(rig.gate.recordingFailures).hasSize(4);
  }

  @Test
  @Rule("TOOL-1")
  void commandsThatAreNotAllowed_areRefusedByName() {
    rig.gate.denied.add(Tool.COMMANDS);

    assertThat(refused(ErrorCode.TOOL_NOT_ALLOWED, () -> connection.run("id")))
        .hasMessageContaining("COMMANDS");

    assertThat(endpoint.commands).isEmpty();
    assertThat(rig.journal.actions()).containsExactly("tool.refused");
  }

  @Test
  void aConnectorThatFails_isToldApartFromOneThatRefuses() {
    endpoint.onCommand =
        command -> {
          command.closed = true;
          throw new IllegalStateException("bug");
        };
    refused(ErrorCode.PLUGIN_FAILED, () -> connection.run("id"));
    endpoint.onCommand =
        command -> {
          command.closed = true;
          throw new PosternException(ErrorCode.ENDPOINT_TIMED_OUT, "no answer");
        };
    refused(ErrorCode.ENDPOINT_TIMED_OUT, () -> connection.run("id"));
    endpoint.onCommand = command -> command.fail(new IOException("reset"));
    refused(ErrorCode.ENDPOINT_CLOSED, () -> connection.run("id"));
  }

  @Test
  void manyCommandsAtOnce_eachGetTheirOwnOutput() throws Exception {
    endpoint.onCommand =
        command -> {
          command.output.give(command.line);
          command.exit(0);
        };
    Future<?>[] runs = new Future<?>[200];
    for (int number = 0; number < runs.length; number++) {
      String line = "echo " + number;
      runs[number] = caller.submit(() -> assertThat(connection.run(line).output()).isEqualTo(line));
    }
    for (Future<?> run : runs) {
      run.get(30, TimeUnit.SECONDS);
    }
    assertThat(rig.recorder.tracks).hasSize(200);
  }

  @Test
  @Rule("REC-3")
  void aSecretInACommand_staysOutOfTheTrail_whenTheConnectionGoesMeanwhile() {
    endpoint.onCommand =
        command -> {
          rig.redactions.close();
          command.exit(0);
        };

    connection.run("login hunter2");

    assertThat(rig.journal.only("tool.command").details())
        .containsEntry("command", "login [redacted]");
  }
}
