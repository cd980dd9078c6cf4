package io.postern.core.tool;

import static io.postern.core.tool.Rig.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.tool.FakeEndpoint.FakeShell;
import io.postern.core.tool.Guard.Guarded;
import io.postern.session.Connection;
import io.postern.session.Shell;
import io.postern.session.Tool;
import io.postern.spi.connector.EndpointConnection;
import io.postern.testing.Rule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class GuardedConnectionTest {
  private final Rig rig = new Rig();
  private final FakeEndpoint endpoint = new FakeEndpoint();

  /** It can do nothing at all. */
  private static final class Bare implements EndpointConnection {
    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void whenClosed(Runnable action) {}

    @Override
    public void close() {}
  }

  @Test
  void whatTheEndpointCannotDo_isNamedAndAudited() {
    try (Connection connection = rig.wrap(new Bare())) {
      assertThat(refused(ErrorCode.CAPABILITY_MISSING, () -> connection.run("id")))
          .hasMessageContaining("run commands");
      assertThat(refused(ErrorCode.CAPABILITY_MISSING, () -> connection.openShell("a")))
          .hasMessageContaining("open shells");
      assertThat(refused(ErrorCode.CAPABILITY_MISSING, () -> connection.files().list("/")))
          .hasMessageContaining("files");
      refused(
          ErrorCode.CAPABILITY_MISSING, () -> connection.files().upload(Path.of("a"), "/srv/a"));
      refused(
          ErrorCode.CAPABILITY_MISSING, () -> connection.files().download("/srv/a", Path.of("a")));
    }
    assertThat(rig.journal.actions()).hasSize(5).containsOnly("tool.refused");
  }

  @Test
  void whatIsNotAllowed_isRefusedBeforeAnythingElseIsSaid() {
    rig.gate.become(FakeGate.State.FROZEN);
    try (Connection connection = rig.wrap(new Bare())) {
      refused(ErrorCode.SESSION_FROZEN, () -> connection.run("id"));
      rig.gate.become(FakeGate.State.ENDED);
      refused(ErrorCode.SESSION_ENDED, () -> connection.run("id"));
    }
    assertThat(rig.journal.actions()).containsExactly("tool.refused", "tool.refused");
  }

  @Test
  @Rule("SES-6")
  void closing_leavesNoThreadNoChannelAndNoOpenRecording() {
    Connection connection = rig.wrap(endpoint);
    for (int shell = 0; shell < 10; shell++) {
      connection.openShell("shell " + shell);
    }
    assertThat(Rig.threads()).hasSize(10);

    connection.close();

    assertThat(Rig.threads()).isEmpty();
    assertThat(endpoint.hasOpenChannel()).isFalse();
    assertThat(rig.recorder.tracks).hasSize(10).allMatch(FakeRecorder.FakeTrack::isSealed);
    assertThat(rig.redactions.closed).isEqualTo(1);
    assertThat(endpoint.closed).isEqualTo(1);
    assertThat(connection.isOpen()).isFalse();
    assertThat(rig.journal.actions().stream().filter("tool.shell-closed"::equals)).hasSize(10);
    connection.close();
    assertThat(endpoint.closed).isEqualTo(1);
    refused(ErrorCode.CLOSED, () -> connection.run("id"));
  }

  @Test
  @Rule("TOOL-1")
  void whatRuns_isStoppedWhenItsToolIsNotAllowedAnyMore() throws Exception {
    ExecutorService caller = Executors.newSingleThreadExecutor();
    try (Guarded connection = rig.wrap(endpoint)) {
      assertThat(connection.isBusy()).isFalse();
      Shell shell = connection.openShell("main");
      CountDownLatch started = new CountDownLatch(1);
      endpoint.onCommand = command -> started.countDown();
      Future<?> command = caller.submit(() -> connection.run("sleep 99"));
      assertThat(started.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(connection.isBusy()).isTrue();

      connection.judgeAnew();
      rig.gate.become(FakeGate.State.FROZEN);
      rig.gate.denied.add(Tool.SHELL);
      connection.judgeAnew();
      assertThat(shell.isOpen()).isTrue();
      rig.gate.become(FakeGate.State.OPEN);
      connection.judgeAnew();

      assertThat(shell.isOpen()).isFalse();
      assertThat(command.isDone()).isFalse();
      refused(ErrorCode.TOOL_NOT_ALLOWED, () -> shell.type("x"));
      rig.gate.denied.add(Tool.COMMANDS);
      connection.judgeAnew();
      assertThat(catchThrowable(command::get).getCause())
          .isInstanceOfSatisfying(
              PosternException.class,
              e -> assertThat(e.code()).isEqualTo(ErrorCode.TOOL_NOT_ALLOWED));
      assertThat(connection.isBusy()).isFalse();
      assertThat(rig.recorder.tracks).allMatch(FakeRecorder.FakeTrack::isSealed);
    } finally {
      caller.shutdownNow();
    }
  }

  @Test
  void aDropOfTheEndpoint_closesEverythingAndIsSaidAfterwards() throws Exception {
    Connection connection = rig.wrap(endpoint);
    Shell shell = connection.openShell("main");

    endpoint.drop();

    refused(ErrorCode.ENDPOINT_CLOSED, () -> connection.run("id"));
    assertThat(connection.isOpen()).isFalse();
    // Waits for the drop to be settled.
    connection.close();
    refused(ErrorCode.ENDPOINT_CLOSED, () -> connection.openShell("other"));
    refused(ErrorCode.ENDPOINT_CLOSED, () -> connection.files().list("/"));
    refused(ErrorCode.ENDPOINT_CLOSED, () -> shell.type("x"));
    assertThat(rig.recorder.only().isSealed()).isTrue();
    assertThat(rig.redactions.closed).isEqualTo(1);
    rig.journal.await("tool.shell-closed");
  }

  @Test
  void aConnectionThatIsLostAlready_isWrappedClosed() {
    endpoint.drop();
    Connection connection = rig.wrap(endpoint);

    refused(ErrorCode.ENDPOINT_CLOSED, () -> connection.run("id"));

    connection.close();
    assertThat(rig.redactions.closed).isEqualTo(1);
  }

  @Test
  void severalFailuresOfClosing_areAllThereAndNothingIsSkipped() {
    Connection connection = rig.wrap(endpoint);
    connection.openShell("one");
    connection.openShell("two");
    rig.recorder.cannotSeal = true;
    endpoint.closingFails = new IllegalStateException("socket stuck");

    Throwable thrown = catchThrowable(connection::close);

    assertThat(thrown).hasMessage("socket stuck");
    assertThat(thrown.getSuppressed())
        .hasSize(2)
        .allSatisfy(
            suppressed ->
                assertThat(((PosternException) suppressed).code())
                    .isEqualTo(ErrorCode.RECORDING_FAILED));
    assertThat(rig.redactions.closed).isEqualTo(1);
    assertThat(Rig.threads()).isEmpty();
  }

  @Test
  void aConnectorThatHangs_doesNotKeepARecordingOpen() throws Exception {
    Connection connection = rig.wrap(endpoint);
    Shell shell = connection.openShell("main");
    FakeShell far = endpoint.shells.get(0);
    far.output.awaitDrained();
    far.hangs = true;

    shell.close();

    assertThat(Rig.threads()).as("the one that hangs").hasSize(1);
    assertThat(rig.recorder.only().isSealed()).isTrue();
    rig.journal.only("tool.shell-closed");
    far.output.give("too late");
    assertThat(shell.output().read(new byte[10], Duration.ZERO)).isEqualTo(-1);
    far.output.end();
    connection.close();
  }

  @Test
  void openingAgainstClosing_leavesNothingOpen() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      for (int round = 0; round < 200; round++) {
        FakeEndpoint far = new FakeEndpoint();
        far.onCommand = command -> {};
        Connection connection = rig.wrap(far);
        Future<?> opening = threads.submit(() -> catchThrowable(() -> connection.openShell("a")));
        Future<?> running = threads.submit(() -> catchThrowable(() -> connection.run("sleep 50")));
        if (round % 2 == 0) {
          connection.close();
        } else {
          far.drop();
          connection.close();
        }
        opening.get(20, TimeUnit.SECONDS);
        running.get(20, TimeUnit.SECONDS);
        assertThat(far.hasOpenChannel()).isFalse();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(rig.recorder.tracks).allMatch(FakeRecorder.FakeTrack::isSealed);
  }

  @Test
  void closedByManyAtOnce_itIsClosedOnceAndForAll() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Connection connection = rig.wrap(endpoint);
      connection.openShell("main");
      Future<?>[] closing = new Future<?>[4];
      for (int closer = 0; closer < 4; closer++) {
        closing[closer] =
            threads.submit(
                () -> {
                  connection.close();
                  assertThat(rig.recorder.only().isSealed()).isTrue();
                });
      }
      for (Future<?> one : closing) {
        one.get(20, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(endpoint.closed).isEqualTo(1);
    assertThat(rig.redactions.closed).isEqualTo(1);
  }
}
