package io.postern.core.tool;

import static io.postern.core.tool.Rig.SOON;
import static io.postern.core.tool.Rig.refused;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.Awaiting;
import io.postern.core.tool.FakeEndpoint.FakeShell;
import io.postern.session.Connection;
import io.postern.session.Shell;
import io.postern.session.ShellOutput;
import io.postern.session.Tool;
import io.postern.testing.Rule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class GuardedShellTest {
  private final Rig rig = new Rig();
  private final FakeEndpoint endpoint = new FakeEndpoint();
  private final Connection connection = rig.wrap(endpoint);

  @AfterEach
  void nothingIsLeft() {
    connection.close();
    // A shell that has ended by itself is gone a moment before its thread is.
    Awaiting.until("no thread is left", () -> Rig.threads().isEmpty());
    assertThat(endpoint.hasOpenChannel()).isFalse();
    assertThat(rig.recorder.tracks).allMatch(FakeRecorder.FakeTrack::isSealed);
  }

  private Shell open(String name) {
    return connection.openShell(name);
  }

  private FakeShell far() {
    return endpoint.shells.get(endpoint.shells.size() - 1);
  }

  private static byte[] readAll(ShellOutput view) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] buffer = new byte[777];
    int length;
    while ((length = view.read(buffer, SOON)) >= 0) {
      assertThat(length).as("nothing came in time").isPositive();
      all.write(buffer, 0, length);
    }
    return all.toByteArray();
  }

  @Test
  @Rule("TOOL-2")
  void severalShells_areOpenAtOnceByTheirNames() {
    Shell one = connection.openShell("one", 132, 50);
    Shell two = open("two");

    endpoint.shells.get(0).output.give("first$ ");
    endpoint.shells.get(1).output.give("second$ ");

    assertThat(one.output().awaitText("$ ", SOON)).isEqualTo("first$ ");
    assertThat(two.output().awaitText("$ ", SOON)).isEqualTo("second$ ");
    assertThat(endpoint.shells.get(0).request.columns()).isEqualTo(132);
    assertThat(rig.recorder.tracks).extracting(track -> track.name).containsExactly("one", "two");

    one.close();
    assertThat(one.isOpen()).isFalse();
    assertThat(two.isOpen()).isTrue();
    two.type("exit\n");
    assertThat(endpoint.shells.get(1).typedText()).isEqualTo("exit\n");
  }

  @Test
  @Rule("TOOL-2")
  void aNameInUse_isRefusedUntilThatShellIsClosed() {
    Shell first = open("build");
    refused(ErrorCode.ILLEGAL_CHANGE, () -> open("build"));

    first.close();

    assertThat(open("build").isOpen()).isTrue();
  }

  @Test
  void aShellThatEndedByItself_freesItsName() throws Exception {
    open("build");
    far().output.end();
    rig.journal.await("tool.shell-closed");
    connection.close();
    assertThat(rig.journal.only("tool.shell-closed").why()).contains("the endpoint ended it");
  }

  @Test
  void shellsWithoutEnd_areRefused() {
    for (int shell = 0; shell < Parts.MAX_SHELLS; shell++) {
      open("shell-" + shell);
    }
    assertThat(refused(ErrorCode.ILLEGAL_CHANGE, () -> open("one more")))
        .hasMessageContaining("64 open shells");
  }

  @Test
  void everyFaultOfTheInput_isSaidAtOnce() {
    assertThat(
            refused(
                    ErrorCode.INPUT_INVALID,
                    () -> connection.openShell("a\nb" + "c".repeat(100), 0, 1_001))
                .faults())
        .satisfiesExactly(
            fault -> assertThat(fault).contains("1 to 100 characters, this has 103"),
            fault -> assertThat(fault).contains("control characters"),
            fault -> assertThat(fault).contains("columns must be 1 to 1000, was 0"),
            fault -> assertThat(fault).contains("rows must be 1 to 1000, was 1001"));
    assertThat(refused(ErrorCode.INPUT_INVALID, () -> open(" ")).faults()).hasSize(1);
    assertThat(endpoint.shells).isEmpty();
    Shell shell = open("main");
    assertThat(refused(ErrorCode.INPUT_INVALID, () -> shell.resize(0, -5)).faults()).hasSize(2);
    assertThat(refused(ErrorCode.INPUT_INVALID, () -> shell.signal("9; rm")))
        .hasMessageContaining("such as INT");
    assertThat(shell.isOpen()).isTrue();
  }

  @Test
  void signal_thatIsNoneOfTheStandard_isRefused_andNotInTheTrailAsSent() {
    Shell shell = open("main");
    for (String wrong : List.of("SIGINT", "int", "INT ", "RTMIN+1", "WINCH", "")) {
      assertThat(refused(ErrorCode.INPUT_INVALID, () -> shell.signal(wrong)))
          .hasMessageContaining("HUP, ILL, INT");
    }
    shell.signal("USR1");
    assertThat(rig.journal.only("tool.shell-signalled").details()).containsEntry("signal", "USR1");
  }

  @Test
  @Rule("SES-15")
  void openingSignallingAndClosing_areInTheTrail() {
    Shell shell = open("main");
    far().output.give("12345");
    shell.output().awaitText("5", SOON);
    shell.signal("INT");
    shell.resize(100, 30);
    shell.close();
    shell.close();

    assertThat(rig.journal.actions())
        .containsExactly("tool.shell-opened", "tool.shell-signalled", "tool.shell-closed");
    assertThat(rig.journal.only("tool.shell-opened").subject()).isEqualTo("session:s-1");
    assertThat(rig.journal.only("tool.shell-opened").actor()).isEqualTo("maya");
    assertThat(rig.journal.only("tool.shell-closed").details())
        .containsEntry("shell", "main")
        .containsEntry("bytes", "5");
    assertThat(far().told).containsExactly("INT", "100x30");
    assertThat(rig.recorder.only().sizes).containsExactly("100x30");
  }

  @Test
  @Rule("SES-15")
  void aShellThatCannotBeAudited_isNotOpened() {
    rig.journal.goDown();

    refused(ErrorCode.STORE_UNAVAILABLE, () -> open("main"));

    assertThat(far().isOpen()).isFalse();
    assertThat(rig.recorder.only().isSealed()).isTrue();
  }

  @Test
  void viewsReadOnAtTheirOwnPace_fromTheOldestThatIsKept() {
    Shell shell = open("main");
    far().output.give("hello ");
    ShellOutput early = shell.output();
    early.awaitText("hello ", SOON);
    far().output.give("world");
    assertThat(early.awaitText("world", SOON)).isEqualTo("world");

    assertThat(shell.output().awaitText("world", SOON)).isEqualTo("hello world");
    assertThat(early.read(new byte[10], Duration.ZERO)).isZero();
    assertThat(early.read(new byte[10], Duration.ofMillis(1))).isZero();
  }

  @Test
  void aViewThatIsTooSlow_skipsAheadAndSaysHowMuch() throws Exception {
    Shell shell = open("main");
    ShellOutput slow = shell.output();
    byte[] much = new byte[Scrollback.CAPACITY + 1_000];
    Arrays.fill(much, (byte) 'x');
    far().output.give(much);
    far().output.awaitDrained();
    far().output.end();

    byte[] read = readAll(slow);

    assertThat(read).hasSize(Scrollback.CAPACITY);
    assertThat(slow.skippedBytes()).isEqualTo(1_000);
    assertThat(slow.read(new byte[1], Duration.ZERO)).isEqualTo(-1);
  }

  @Test
  void anyChunking_showsAndRecordsTheSameBytes() {
    Random random = new Random(3);
    byte[] all = new byte[200_000];
    random.nextBytes(all);
    Shell shell = open("main");
    for (int at = 0; at < all.length; ) {
      int length = Math.min(1 + random.nextInt(40_000), all.length - at);
      far().output.give(Arrays.copyOfRange(all, at, at + length));
      at += length;
    }
    far().output.end();

    assertThat(readAll(shell.output())).isEqualTo(all);
    assertThat(rig.recorder.only().recorded()).isEqualTo(all);
  }

  @Test
  void awaitText_findsTextThatIsSplitAnywhere_andLeavesWhatFollows() {
    byte[] shown = "vorher größer → 終わり nachher".getBytes(StandardCharsets.UTF_8);
    for (int cut = 1; cut < shown.length; cut++) {
      Shell shell = open("cut " + cut);
      ShellOutput view = shell.output();
      far().output.give(Arrays.copyOf(shown, cut));
      far().output.give(Arrays.copyOfRange(shown, cut, shown.length));

      assertThat(view.awaitText("→ 終わり", SOON)).isEqualTo("vorher größer → 終わり");
      assertThat(view.awaitText("nachher", SOON)).isEqualTo(" nachher");
      shell.close();
    }
  }

  @Test
  void awaitText_thatIsNotShown_saysTheLastThatWas() {
    Shell shell = open("main");
    far().output.give("Password for hunter2\u001b: ");
    ShellOutput view = shell.output();
    shell.output().awaitText(": ", SOON);

    PosternException late =
        refused(ErrorCode.COMMAND_TIMED_OUT, () -> view.awaitText("#", Duration.ofMillis(200)));
    assertThat(late).hasMessageContaining("'Password for [redacted]␛: '");

    far().output.end();
    refused(ErrorCode.ENDPOINT_CLOSED, () -> view.awaitText("#", SOON));
    assertThat(view.awaitText("", SOON)).isEmpty();
    view.close();
    refused(ErrorCode.CLOSED, () -> view.awaitText("#", SOON));
  }

  @Test
  void awaitText_doesNotMatchAcrossWhatWasSkipped() throws Exception {
    Shell shell = open("main");
    ShellOutput view = shell.output();
    far().output.give("ab");
    shell.output().awaitText("ab", SOON);
    // Read, so that the search stands in the middle of its text.
    refused(ErrorCode.COMMAND_TIMED_OUT, () -> view.awaitText("abc", Duration.ofMillis(50)));
    byte[] much = new byte[Scrollback.CAPACITY + 5];
    Arrays.fill(much, (byte) 'c');
    far().output.give(much);
    far().output.awaitDrained();
    far().output.end();

    refused(ErrorCode.ENDPOINT_CLOSED, () -> view.awaitText("abc", SOON));
    assertThat(view.skippedBytes()).isEqualTo(5);
  }

  @Test
  @Rule("SES-12")
  void whileFrozen_nothingPassesInEitherDirection() throws Exception {
    Shell shell = open("main");
    ShellOutput view = shell.output();
    far().output.give("before ");
    view.awaitText("before ", SOON);
    rig.gate.become(FakeGate.State.FROZEN);

    refused(ErrorCode.SESSION_FROZEN, () -> shell.type("rm -rf /\n"));
    refused(ErrorCode.SESSION_FROZEN, () -> shell.resize(10, 10));
    refused(ErrorCode.SESSION_FROZEN, () -> shell.signal("INT"));
    refused(ErrorCode.SESSION_FROZEN, () -> open("another"));
    far().output.give("during ");
    rig.gate.awaitWaiting(1);
    assertThat(view.read(new byte[100], Duration.ofMillis(60))).isZero();
    assertThat(shell.output().read(new byte[100], Duration.ZERO)).as("what is kept").isZero();
    assertThat(rig.recorder.only().text()).isEqualTo("before ");
    assertThat(far().typedText()).isEmpty();
    assertThat(far().told).isEmpty();

    rig.gate.become(FakeGate.State.OPEN);
    assertThat(view.awaitText("during ", SOON)).isEqualTo("during ");
    assertThat(rig.recorder.only().text()).isEqualTo("before during ");
  }

  @Test
  void closedWhileFrozen_givesItsThreadBack() throws Exception {
    Shell shell = open("main");
    rig.gate.become(FakeGate.State.FROZEN);
    far().output.give("never shown");
    rig.gate.awaitWaiting(1);

    shell.close();

    assertThat(Rig.threads()).isEmpty();
    assertThat(rig.recorder.only().isSealed()).isTrue();
    assertThat(rig.recorder.only().text()).isEmpty();
  }

  @Test
  @Rule("SES-12")
  void aLongPaste_stopsWhereTheSessionIsFrozen() {
    Shell shell = open("main");
    byte[] paste = new byte[100_000];
    rig.gate.freezeAfterLooks(3);

    refused(ErrorCode.SESSION_FROZEN, () -> shell.type(paste));

    assertThat(far().typed.size()).isLessThan(16_384);
  }

  @Test
  void textsTypedAtOnce_areNotMixed() throws Exception {
    Shell shell = open("main");
    ExecutorService people = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> typing = new ArrayList<>();
      for (char letter = 'a'; letter < 'e'; letter++) {
        String text = String.valueOf(letter).repeat(20_000);
        typing.add(people.submit(() -> shell.type(text)));
      }
      for (Future<?> one : typing) {
        one.get(20, TimeUnit.SECONDS);
      }
    } finally {
      people.shutdownNow();
    }
    assertThat(far().typedText()).matches("(?s)(a{20000}|b{20000}|c{20000}|d{20000}){4}");
  }

  @Test
  @Rule("SES-6")
  void onceTheSessionHasEnded_whatIsKeptIsNotShownEither() {
    Shell shell = open("main");
    ShellOutput view = shell.output();
    far().output.give("secret plans");
    shell.output().awaitText("plans", SOON);

    rig.gate.become(FakeGate.State.ENDED);

    assertThat(view.read(new byte[100], SOON)).isEqualTo(-1);
    assertThat(view.skippedBytes()).isEqualTo("secret plans".length());
    refused(ErrorCode.SESSION_ENDED, () -> view.awaitText("x", SOON));
    refused(ErrorCode.SESSION_ENDED, () -> shell.type("x"));
  }

  @Test
  void outputAfterTheSessionsEnd_closesTheShell() throws Exception {
    Shell shell = open("main");
    rig.gate.become(FakeGate.State.ENDED);
    far().output.give("too late");

    rig.journal.await("tool.shell-closed");

    assertThat(shell.isOpen()).isFalse();
    assertThat(far().isOpen()).isFalse();
    assertThat(rig.recorder.only().text()).isEmpty();
  }

  @Test
  void afterItsEnd_typingSaysWhy() {
    Shell shell = open("main");
    shell.close();
    refused(ErrorCode.CLOSED, () -> shell.type("x"));

    Shell lost = open("lost");
    far().output.fail(new IOException("connection reset"));
    assertThat(lost.output().read(new byte[1], SOON)).isEqualTo(-1);
    refused(ErrorCode.ENDPOINT_CLOSED, () -> lost.type("x"));
  }

  @Test
  @Rule("REC-2")
  void whereverTheDiskIsFull_nothingIsShownThatIsNotRecorded() {
    byte[] all = new byte[256];
    new Random(5).nextBytes(all);
    for (int full = 0; full < 256; full++) {
      rig.recorder.fullAtByte = full;
      Shell shell = open("full at " + full);
      FakeShell far = far();
      ShellOutput view = shell.output();
      for (int at = 0; at < all.length; at += 8) {
        far.output.give(Arrays.copyOfRange(all, at, at + 8));
      }

      ByteArrayOutputStream shown = new ByteArrayOutputStream();
      byte[] buffer = new byte[5];
      refused(
          ErrorCode.RECORDING_FAILED,
          () -> {
            for (int length; (length = view.read(buffer, SOON)) >= 0; ) {
              shown.write(buffer, 0, length);
            }
          });

      byte[] recorded = rig.recorder.tracks.get(rig.recorder.tracks.size() - 1).recorded();
      assertThat(shown.toByteArray())
          .isEqualTo(recorded)
          .isEqualTo(Arrays.copyOf(all, full / 8 * 8));
      refused(ErrorCode.RECORDING_FAILED, () -> shell.type("x"));
      refused(ErrorCode.RECORDING_FAILED, () -> shell.output().awaitText("nowhere", SOON));
      assertThat(far.typedText()).isEmpty();
      assertThat(far.isOpen()).isFalse();
    }
    connection.close();
    assertThat(rig.gate.recordingFailures).hasSize(256);
  }

  @Test
  @Rule("REC-2")
  void aShellThatCannotBeRecorded_isNotOpened() {
    rig.recorder.cannotBegin = true;

    refused(ErrorCode.RECORDING_FAILED, () -> open("main"));

    assertThat(endpoint.shells).isEmpty();
    assertThat(rig.gate.recordingFailures).hasSize(1);
  }

  @Test
  void aSizeThatCannotBeRecorded_stopsTheShellToo() throws Exception {
    Shell shell = open("main");
    rig.recorder.only().close();

    refused(ErrorCode.RECORDING_FAILED, () -> shell.resize(10, 10));

    rig.journal.await("tool.shell-closed");
    refused(ErrorCode.RECORDING_FAILED, () -> shell.type("x"));
    assertThat(far().told).isEmpty();
  }

  @Test
  void aSealThatCannotBeWritten_isToldToWhoClosesAndToTheSession() {
    rig.recorder.cannotSeal = true;
    Shell shell = open("main");

    refused(ErrorCode.RECORDING_FAILED, shell::close);

    shell.close();
    assertThat(rig.gate.recordingFailures).hasSize(1);
  }

  @Test
  void aSessionThatClosesEverythingWhenRecordingFails_doesNotWaitForItself() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    rig.gate.onRecordingFailed =
        () -> {
          connection.close();
          closed.countDown();
        };
    open("other");
    Shell shell = open("main");
    rig.recorder.fullAtByte = 0;
    far().output.give("x");

    assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(shell.isOpen()).isFalse();
    assertThat(rig.recorder.tracks).allMatch(FakeRecorder.FakeTrack::isSealed);
    // What was closed above ran in the shell's own thread, which nobody waits for.
    Awaiting.until("its thread ends", () -> Rig.threads().isEmpty());
  }

  @Test
  void withoutARecordingDemanded_thereIsNone() {
    rig.gate.recorded = false;
    Shell shell = open("main");
    far().output.give("hello");

    assertThat(shell.output().awaitText("hello", SOON)).isEqualTo("hello");
    assertThat(rig.recorder.tracks).isEmpty();
    assertThat(rig.journal.only("tool.shell-opened").details()).containsEntry("recorded", "false");
  }

  @Test
  @Rule("TOOL-1")
  void aShellThatIsNotAllowed_isRefusedByNameAndAudited() {
    rig.gate.denied.add(Tool.SHELL);

    PosternException refusal = refused(ErrorCode.TOOL_NOT_ALLOWED, () -> open("main"));

    assertThat(refusal).hasMessageContaining("SHELL");
    assertThat(rig.journal.only("tool.refused").details())
        .containsEntry("tool", "SHELL")
        .containsEntry("code", "TOOL_NOT_ALLOWED");
    assertThat(endpoint.shells).isEmpty();
  }

  @Test
  void closingAgainstOutput_neverHangsNorWritesAfterTheSeal() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 300; round++) {
        Shell shell = open("round " + round);
        FakeShell far = far();
        Future<?> output =
            threads.submit(
                () -> {
                  for (int chunk = 0; chunk < 20; chunk++) {
                    far.output.give("chunk ");
                  }
                });
        Future<?> closing = threads.submit(shell::close);
        output.get(20, TimeUnit.SECONDS);
        closing.get(20, TimeUnit.SECONDS);
        assertThat(shell.isOpen()).isFalse();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aHundredViews_allSeeEverything() throws Exception {
    Shell shell = open("main");
    int size = 4 << 20;
    AtomicInteger whole = new AtomicInteger();
    ExecutorService viewers = Executors.newFixedThreadPool(100);
    try {
      List<Future<?>> watching = new ArrayList<>();
      for (int viewer = 0; viewer < 100; viewer++) {
        ShellOutput view = shell.output();
        watching.add(
            viewers.submit(
                () -> {
                  byte[] buffer = new byte[32 << 10];
                  long seen = 0;
                  int length;
                  while ((length = view.read(buffer, SOON)) >= 0) {
                    seen += length;
                  }
                  assertThat(seen + view.skippedBytes()).isEqualTo(size);
                  whole.incrementAndGet();
                }));
      }
      for (int given = 0; given < size; given += 4 << 10) {
        far().output.give(new byte[4 << 10]);
      }
      far().output.end();
      for (Future<?> one : watching) {
        one.get(40, TimeUnit.SECONDS);
      }
    } finally {
      viewers.shutdownNow();
    }
    assertThat(whole).hasValue(100);
  }

  @Test
  void anInterruptedReader_isToldSoAndStaysInterrupted() throws Exception {
    Shell shell = open("main");
    Thread.currentThread().interrupt();

    refused(ErrorCode.INTERRUPTED, () -> shell.output().read(new byte[1], SOON));

    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void aConnectorThatThrowsSomethingElse_isNamedAsTheCause() {
    endpoint.onShell =
        shell -> {
          throw new IllegalStateException("bug");
        };
    refused(ErrorCode.PLUGIN_FAILED, () -> open("main"));
    endpoint.onShell = shell -> {};
    assertThat(open("main").isOpen()).as("the name is free again").isTrue();
    far().closingFails = new IllegalStateException("bug");
    refused(ErrorCode.PLUGIN_FAILED, connection::close);
    endpoint.shells.get(0).close();
  }
}
