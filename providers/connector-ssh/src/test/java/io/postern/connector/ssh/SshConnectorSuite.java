package io.postern.connector.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Credential;
import io.postern.jump.HostKey;
import io.postern.session.RemoteFile;
import io.postern.spi.connector.CommandChannel;
import io.postern.spi.connector.Connector;
import io.postern.spi.connector.OpensShells.ShellRequest;
import io.postern.spi.connector.RunsCommands.CommandRequest;
import io.postern.spi.connector.ShellChannel;
import io.postern.testing.Rule;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What holds with every SSH server. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
abstract class SshConnectorSuite {
  @TempDir static Path temp;

  private TestServer server;
  private Connector connector;
  private SshConnection connection;

  abstract TestServer startServer(Path directory) throws Exception;

  @BeforeAll
  void start() throws Exception {
    server = startServer(Files.createTempDirectory(temp, "server"));
    connector = Ssh.connector();
  }

  @AfterAll
  void stop() throws Exception {
    if (connector != null) {
      connector.close();
    }
    if (server != null) {
      server.close();
    }
  }

  @BeforeEach
  void connect() {
    try (Credential credential = server.credential()) {
      connection = Ssh.open(connector, server.port(), credential, Ssh.only(server.hostKey()));
    }
  }

  @AfterEach
  void disconnect() {
    if (connection != null) {
      connection.close();
    }
  }

  static String text(InputStream in) throws IOException {
    return new String(in.readAllBytes(), UTF_8);
  }

  /** Reads until {@code wanted} has come. */
  static String readUntil(InputStream in, String wanted) throws IOException {
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    while (!seen.toString(UTF_8).contains(wanted)) {
      int next = in.read();
      if (next < 0) {
        throw new AssertionError("ended without '" + wanted + "': " + seen.toString(UTF_8));
      }
      seen.write(next);
    }
    return seen.toString(UTF_8);
  }

  @Nested
  class HostKeys {
    @Test
    @Rule("INJ-5")
    void open_verifierRefuses_itsExceptionPassesUnchanged() {
      PosternException refusal = new PosternException(ErrorCode.HOST_KEY_UNKNOWN, "not enrolled");
      try (Credential credential = server.credential()) {
        assertThatThrownBy(
                () -> Ssh.open(connector, server.port(), credential, Ssh.refusing(refusal)))
            .isSameAs(refusal);
      }
    }

    @Test
    @Rule("INJ-5")
    void open_verifierBreaks_isRefused() {
      Connector.HostKeys broken =
          new Connector.HostKeys() {
            @Override
            public List<HostKey> enrolled() {
              return List.of();
            }

            @Override
            public void verify(HostKey shown) {
              throw new IllegalStateException("the store is away");
            }
          };
      try (Credential credential = server.credential()) {
        PosternException refused =
            catchThrowableOfType(
                PosternException.class,
                () -> Ssh.open(connector, server.port(), credential, broken));
        assertThat(refused.code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(refused).hasMessageContaining("not trusted").hasMessageContaining("127.0.0.1");
      }
    }

    @Test
    void showHostKey_answersTheKeyThatAVerifierSees() {
      assertThat(Ssh.showHostKey(connector, server.port())).isEqualTo(server.hostKey());
    }
  }

  @Nested
  class Commands {
    @Test
    @Rule("TOOL-3")
    void start_command_hasOutputErrorsAndStatus() throws IOException {
      try (CommandChannel command =
          connection.start(new CommandRequest("echo out; echo err >&2; exit 3"))) {
        assertThat(text(command.output())).isEqualTo("out\n");
        assertThat(text(command.errors())).isEqualTo("err\n");
        assertThat(command.exitStatus()).hasValue(3);
      }
    }

    @Test
    void start_commandThatReads_getsInputAndItsEnd() throws IOException {
      try (CommandChannel command = connection.start(new CommandRequest("cat"))) {
        command.input().write("grüße\n".getBytes(UTF_8));
        command.input().close();
        assertThat(text(command.output())).isEqualTo("grüße\n");
        assertThat(command.exitStatus()).hasValue(0);
      }
    }

    @Test
    void start_largeInput_arrivesWhole() throws IOException {
      byte[] sent = new byte[20 * 1024 * 1024];
      try (CommandChannel command = connection.start(new CommandRequest("wc -c"))) {
        try (OutputStream input = command.input()) {
          input.write(sent);
        }
        assertThat(text(command.output()).strip()).isEqualTo(Integer.toString(sent.length));
      }
    }

    @Test
    void start_largeOutput_arrivesWhole() throws IOException {
      try (CommandChannel command =
          connection.start(new CommandRequest("head -c 30000000 /dev/zero"))) {
        assertThat(command.output().readAllBytes()).hasSize(30_000_000);
        assertThat(command.exitStatus()).hasValue(0);
      }
    }

    @Test
    void input_ofACommandThatEndsUnread_failsForTheWriterAlone() throws Exception {
      try (CommandChannel command = connection.start(new CommandRequest("exit 4"))) {
        CompletableFuture<Boolean> failed = writeUntilItFails(command);
        assertThat(failed.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(command.exitStatus()).hasValue(4);
      }
      try (CommandChannel command = connection.start(new CommandRequest("echo still"))) {
        assertThat(text(command.output())).isEqualTo("still\n");
      }
    }

    @Test
    void close_whileAWriterWaitsForRoom_letsItGo() throws Exception {
      CommandChannel command = connection.start(new CommandRequest("sleep 1000"));
      CompletableFuture<Boolean> failed = writeUntilItFails(command);
      command.close();
      assertThat(failed.get(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void closeOfTheConnection_whileAWriterWaitsForRoom_letsItGo() throws Exception {
      CommandChannel command = connection.start(new CommandRequest("sleep 1000"));
      CompletableFuture<Boolean> failed = writeUntilItFails(command);
      connection.close();
      assertThat(failed.get(20, TimeUnit.SECONDS)).isTrue();
    }

    private CompletableFuture<Boolean> writeUntilItFails(CommandChannel command)
        throws InterruptedException {
      CountDownLatch begun = new CountDownLatch(1);
      CompletableFuture<Boolean> failed = new CompletableFuture<>();
      Thread writer =
          new Thread(
              () -> {
                byte[] piece = new byte[256 * 1024];
                try {
                  while (true) {
                    command.input().write(piece);
                    begun.countDown();
                  }
                } catch (IOException e) {
                  begun.countDown();
                  failed.complete(true);
                }
              });
      writer.setDaemon(true);
      writer.start();
      begun.await();
      return failed;
    }

    @Test
    void start_manyAtOnce_areIndependent() throws IOException {
      try (CommandChannel first = connection.start(new CommandRequest("cat"));
          CommandChannel second = connection.start(new CommandRequest("echo second"))) {
        assertThat(text(second.output())).isEqualTo("second\n");
        first.input().write('x');
        first.input().close();
        assertThat(text(first.output())).isEqualTo("x");
      }
    }

    @Test
    void output_closedWhileTheEndpointSends_leavesTheConnectionWhole() throws IOException {
      try (CommandChannel command = connection.start(new CommandRequest("yes | head -c 3000000"))) {
        assertThat(command.output().read()).isEqualTo('y');
        command.output().close();
      }
      try (CommandChannel command = connection.start(new CommandRequest("echo still"))) {
        assertThat(text(command.output())).isEqualTo("still\n");
      }
    }

    @Test
    void close_ofARunningCommand_endsItAndTheStreams() throws Exception {
      CommandChannel command = connection.start(new CommandRequest("echo started; sleep 1000"));
      readUntil(command.output(), "started\n");
      CompletableFuture<Integer> reading =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return command.output().read();
                } catch (IOException e) {
                  return -1;
                }
              });
      command.close();
      command.close();
      assertThat(reading.get(20, TimeUnit.SECONDS)).isEqualTo(-1);
      assertThat(connection.isOpen()).isTrue();
    }
  }

  @Nested
  class Shells {
    @Test
    @Rule("TOOL-2")
    void openShell_typing_isAnswered_andExitEndsIt() throws IOException {
      try (ShellChannel shell = connection.openShell(new ShellRequest("xterm", 80, 24))) {
        shell.input().write("echo sum-$((1+1))\n".getBytes(UTF_8));
        readUntil(shell.output(), "sum-2");
        shell.input().write("exit\n".getBytes(UTF_8));
        shell.output().readAllBytes();
        Ssh.await(() -> !shell.isOpen(), Ssh.PATIENCE);
      }
      assertThat(connection.isOpen()).isTrue();
    }

    @Test
    @Rule("TOOL-2")
    void resize_isToldToTheShell() throws IOException {
      try (ShellChannel shell = connection.openShell(new ShellRequest("xterm", 80, 24))) {
        shell.input().write("stty size\n".getBytes(UTF_8));
        readUntil(shell.output(), "24 80");
        shell.resize(132, 43);
        shell.input().write("stty size\n".getBytes(UTF_8));
        readUntil(shell.output(), "43 132");
      }
    }

    @Test
    @Rule("TOOL-2")
    void signal_reachesTheShell() throws IOException {
      try (ShellChannel shell = connection.openShell(new ShellRequest("xterm", 80, 24))) {
        shell.input().write("trap 'echo got-''signal' USR1\n".getBytes(UTF_8));
        shell.input().write("echo sum-$((1+1))\n".getBytes(UTF_8));
        readUntil(shell.output(), "sum-2");
        shell.signal("USR1");
        shell.input().write("\n".getBytes(UTF_8));
        readUntil(shell.output(), "got-signal");
        assertThatThrownBy(() -> shell.signal("SIGUSR1"))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }

    @Test
    @Rule("TOOL-2")
    void close_ofOneShell_leavesTheOther() throws IOException {
      ShellChannel first = connection.openShell(new ShellRequest("xterm", 80, 24));
      try (ShellChannel second = connection.openShell(new ShellRequest("xterm", 80, 24))) {
        first.close();
        first.close();
        assertThat(first.isOpen()).isFalse();
        second.input().write("echo sum-$((1+1))\n".getBytes(UTF_8));
        readUntil(second.output(), "sum-2");
      }
    }

    @Test
    void openShell_sizeOutOfRange_isRefusedHere() {
      assertThatThrownBy(() -> connection.openShell(new ShellRequest("xterm", 0, 24)))
          .hasMessageContaining("columns must be 1 to 1000, was 0");
    }
  }

  @Nested
  @Rule("TOOL-6")
  class RemoteFiles {
    private String remote(String name) {
      String directory = server.remoteDirectory();
      return directory.endsWith("/") ? directory + name : directory + "/" + name;
    }

    /** Makes a file that whoever the server runs as may change. */
    private void fill(String name, String content) throws IOException {
      Path file = server.localDirectory().resolve(name);
      Files.writeString(file, content);
      open(file, "rw-rw-rw-");
    }

    private Path makeDirectory(String name) throws IOException {
      Path directory = Files.createDirectories(server.localDirectory().resolve(name));
      open(directory, "rwxrwxrwx");
      return directory;
    }

    private void open(Path path, String permissions) throws IOException {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void writeThenRead_largeFile_isTheSame() throws IOException {
      byte[] sent = new byte[5 * 1024 * 1024 + 17];
      new Random(3).nextBytes(sent);
      try (OutputStream out = connection.write(remote("large"))) {
        out.write(sent);
      }
      assertThat(Files.readAllBytes(server.localDirectory().resolve("large"))).isEqualTo(sent);
      try (InputStream in = connection.read(remote("large"))) {
        assertThat(in.readAllBytes()).isEqualTo(sent);
      }
    }

    @Test
    void write_existingFile_emptiesItFirst() throws IOException {
      fill("old", "a long old content");
      try (OutputStream out = connection.write(remote("old"))) {
        out.write('n');
      }
      assertThat(server.localDirectory().resolve("old")).hasContent("n");
    }

    @Test
    void names_withSpacesQuotesNewlinesAndUmlauts_areTakenAsTheyAre() throws IOException {
      Path directory = makeDirectory("odd");
      List<String> names =
          List.of("with space", "it's \"quoted\"", "new\nline", "grüße-日本", "$(touch x);*");
      for (String name : names) {
        try (OutputStream out = connection.write(remote("odd/" + name))) {
          out.write(name.getBytes(UTF_8));
        }
        assertThat(directory.resolve(name)).hasContent(name);
      }
      assertThat(connection.list(remote("odd")))
          .extracting(RemoteFile::name)
          .containsExactlyInAnyOrderElementsOf(names);
    }

    @Test
    void list_tellsKindsSizesAndPermissions() throws IOException {
      Path directory = makeDirectory("kinds");
      Files.writeString(directory.resolve("file"), "12345");
      Files.createDirectory(directory.resolve("sub"));
      Files.createSymbolicLink(directory.resolve("link"), Path.of("file"));
      open(directory.resolve("file"), "rw-r-----");
      List<RemoteFile> found = connection.list(remote("kinds"));
      assertThat(found)
          .extracting(RemoteFile::name, RemoteFile::kind)
          .containsExactlyInAnyOrder(
              tuple("file", RemoteFile.Kind.FILE),
              tuple("sub", RemoteFile.Kind.DIRECTORY),
              tuple("link", RemoteFile.Kind.LINK));
      RemoteFile file =
          found.stream().filter(entry -> entry.name().equals("file")).findFirst().orElseThrow();
      assertThat(file.sizeBytes()).isEqualTo(5);
      assertThat(file.permissions()).isEqualTo("rw-r-----");
      assertThat(file.path()).isEqualTo(remote("kinds/file"));
      assertThat(file.modifiedAt()).isCloseTo(Instant.now(), within(2, ChronoUnit.MINUTES));
    }

    @Test
    void stat_missing_isEmpty_andLinkIsFollowed() throws IOException {
      assertThat(connection.stat(remote("nothing-here"))).isEmpty();
      fill("target", "1234567");
      Files.createSymbolicLink(server.localDirectory().resolve("pointer"), Path.of("target"));
      RemoteFile found = connection.stat(remote("pointer")).orElseThrow();
      assertThat(found.kind()).isEqualTo(RemoteFile.Kind.FILE);
      assertThat(found.sizeBytes()).isEqualTo(7);
    }

    @Test
    void rename_ontoAFile_replacesIt() throws IOException {
      fill("from", "new");
      fill("to", "old");
      connection.rename(remote("from"), remote("to"));
      assertThat(server.localDirectory().resolve("to")).hasContent("new");
      assertThat(server.localDirectory().resolve("from")).doesNotExist();
    }

    @Test
    void delete_removesTheFile_andAMissingOneIsNamed() throws IOException {
      fill("gone", "x");
      connection.delete(remote("gone"));
      assertThat(server.localDirectory().resolve("gone")).doesNotExist();
      PosternException missing =
          catchThrowableOfType(PosternException.class, () -> connection.delete(remote("gone")));
      assertThat(missing.code()).isEqualTo(ErrorCode.REMOTE_FILE_NOT_FOUND);
      assertThat(missing).hasMessageContaining("gone");
    }

    @Test
    void read_missingFile_isNotFound_andTheConnectionGoesOn() {
      PosternException missing =
          catchThrowableOfType(PosternException.class, () -> connection.read(remote("never-was")));
      assertThat(missing.code()).isEqualTo(ErrorCode.REMOTE_FILE_NOT_FOUND);
      assertThat(connection.list(remote(""))).isNotNull();
    }

    @Test
    void list_ofAMissingDirectory_isNotFound() {
      PosternException missing =
          catchThrowableOfType(
              PosternException.class, () -> connection.list(remote("no-such-directory")));
      assertThat(missing.code()).isEqualTo(ErrorCode.REMOTE_FILE_NOT_FOUND);
    }
  }

  @Nested
  class Ends {
    @Test
    void close_runsWhatWaits_once_andLaterAtOnce() throws Exception {
      AtomicInteger count = new AtomicInteger();
      connection.whenClosed(count::incrementAndGet);
      connection.close();
      connection.close();
      Ssh.await(() -> count.get() == 1, Ssh.PATIENCE);
      CountDownLatch late = new CountDownLatch(1);
      connection.whenClosed(late::countDown);
      assertThat(late.await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(count).hasValue(1);
      assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void acts_afterClose_sayThatTheConnectionIsClosed() {
      connection.close();
      PosternException closed =
          catchThrowableOfType(
              PosternException.class, () -> connection.start(new CommandRequest("true")));
      assertThat(closed.code()).isEqualTo(ErrorCode.ENDPOINT_CLOSED);
      assertThat(closed).hasMessageContaining("127.0.0.1:" + server.port());
    }

    @Test
    void threads_ofAConnection_areDaemonsOfOurName() {
      connection.list(server.remoteDirectory());
      List<Thread> ours =
          Thread.getAllStackTraces().keySet().stream()
              .filter(
                  thread ->
                      thread.getName().startsWith("sshj") || thread.getName().startsWith("postern"))
              .toList();
      assertThat(ours).isNotEmpty();
      assertThat(ours).allMatch(Thread::isDaemon);
      assertThat(ours)
          .extracting(Thread::getName)
          .allMatch(name -> name.startsWith("postern-ssh-"));
    }
  }
}
