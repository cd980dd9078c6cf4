package io.postern.connector.ssh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Credential;
import io.postern.spi.Settings;
import io.postern.spi.connector.Connector;
import io.postern.spi.connector.OpensShells.ShellRequest;
import io.postern.spi.connector.RunsCommands.CommandRequest;
import io.postern.testing.RequiresProgram;
import io.postern.testing.Rule;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.sshd.common.cipher.BuiltinCiphers;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What each way of failing is called, that it ends in time, and that it leaves nothing behind. */
@Timeout(60)
class FailuresTest {
  @TempDir Path temp;
  private Connector connector = Ssh.connector();

  @AfterEach
  void stop() {
    connector.close();
  }

  private static Credential password() {
    return Credential.password(MinaServer.USER, Ssh.secret(MinaServer.PASSWORD));
  }

  private PosternException failure(String host, int port, Duration limit) {
    try (Credential credential = password()) {
      return catchThrowableOfType(
          PosternException.class,
          () -> Ssh.open(connector, host, port, credential, Ssh.anyKey(), limit));
    }
  }

  private PosternException failure(int port) {
    return failure("127.0.0.1", port, Ssh.PATIENCE);
  }

  /** A server that says {@code greeting}, and then nothing more, or hangs up. */
  private static ServerSocket says(String greeting, boolean hangUp) throws IOException {
    ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread =
        new Thread(
            () -> {
              while (!listener.isClosed()) {
                try {
                  Socket socket = listener.accept();
                  OutputStream out = socket.getOutputStream();
                  out.write(greeting.getBytes(ISO_8859_1));
                  out.flush();
                  if (hangUp) {
                    socket.shutdownOutput();
                  }
                  closeOnEnd(socket);
                } catch (IOException e) {
                  return;
                }
              }
            });
    thread.setDaemon(true);
    thread.start();
    return listener;
  }

  private static void closeOnEnd(Socket socket) {
    Thread thread =
        new Thread(
            () -> {
              try (socket) {
                socket.getInputStream().readAllBytes();
              } catch (IOException e) {
                // it ended in another way
              }
            });
    thread.setDaemon(true);
    thread.start();
  }

  @Test
  void unknownHost_isUnreachable() {
    PosternException failure = failure("no-such-host.invalid", 22, Ssh.PATIENCE);
    assertThat(failure.code()).isEqualTo(ErrorCode.ENDPOINT_UNREACHABLE);
    assertThat(failure).hasMessageContaining("no-such-host.invalid:22");
  }

  @Test
  void nobodyListens_isRefused() throws Exception {
    // Bound, so that nobody else gets the port, and not listened on.
    try (Socket bound = new Socket()) {
      bound.bind(new InetSocketAddress("127.0.0.1", 0));
      PosternException failure = failure(bound.getLocalPort());
      assertThat(failure.code()).isEqualTo(ErrorCode.ENDPOINT_REFUSED);
      assertThat(failure).hasMessageContaining("127.0.0.1:" + bound.getLocalPort());
    }
  }

  @Test
  void greetingNeverComes_timesOutAtTheDeadline() throws Exception {
    try (ServerSocket server = says("", false)) {
      PosternException failure =
          failure("127.0.0.1", server.getLocalPort(), Duration.ofMillis(300));
      assertThat(failure.code()).isEqualTo(ErrorCode.ENDPOINT_TIMED_OUT);
    }
  }

  @Test
  void deadlineThatHasPassed_isTimedOutAtOnce() {
    assertThat(failure("127.0.0.1", 1, Duration.ofSeconds(-1)).code())
        .isEqualTo(ErrorCode.ENDPOINT_TIMED_OUT);
  }

  @Test
  void webServer_isAnotherProtocol_whetherItHangsUpOrNot() throws Exception {
    try (ServerSocket closing = says("HTTP/1.1 400 Bad Request\r\n\r\n", true);
        ServerSocket staying = says("220 mail ready\r\n", false)) {
      assertThat(failure(closing.getLocalPort()).code()).isEqualTo(ErrorCode.ENDPOINT_PROTOCOL);
      PosternException failure =
          failure("127.0.0.1", staying.getLocalPort(), Duration.ofSeconds(3));
      assertThat(failure.code()).isEqualTo(ErrorCode.ENDPOINT_PROTOCOL);
      assertThat(failure).hasMessageContaining("does not speak SSH");
    }
  }

  @Test
  void hangUpAfterTheGreeting_isClosed() throws Exception {
    try (ServerSocket server = says("SSH-2.0-Short\r\n", true)) {
      assertThat(failure(server.getLocalPort()).code()).isEqualTo(ErrorCode.ENDPOINT_CLOSED);
    }
  }

  @Test
  void noCommonAlgorithm_isAnotherProtocol() throws Exception {
    try (MinaServer server = new MinaServer(temp.resolve("old"))) {
      server.sshd.setCipherFactories(List.of(BuiltinCiphers.aes128cbc));
      server.start();
      PosternException failure = failure(server.port());
      assertThat(failure.code()).isEqualTo(ErrorCode.ENDPOINT_PROTOCOL);
      assertThat(failure).hasMessageContaining("aes128-cbc");
    }
  }

  /** A server whose offer comes with its greeting: then nobody waits yet for the failure. */
  @Test
  void noCommonAlgorithm_foundBeforeAnybodyWaits_isAnotherProtocol() throws Exception {
    try (ServerSocket server = says("SSH-2.0-Hasty\r\n" + offer("aes128-cbc"), false)) {
      for (int i = 0; i < 100; i++) {
        PosternException failure = failure(server.getLocalPort());
        assertThat(failure.code()).isEqualTo(ErrorCode.ENDPOINT_PROTOCOL);
        assertThat(failure).hasMessageContaining("aes128-cbc");
      }
    }
  }

  /** A packet as RFC 4253 has it in sections 6 and 7.1, one character for each byte. */
  private static String offer(String cipher) {
    StringBuilder payload = new StringBuilder("\u0014" + "c".repeat(16));
    for (String names :
        List.of(
            "curve25519-sha256",
            "ssh-ed25519",
            cipher,
            cipher,
            "hmac-sha2-256",
            "hmac-sha2-256",
            "none",
            "none",
            "",
            "")) {
      payload.append("\0\0\0").append((char) names.length()).append(names);
    }
    payload.append("\0".repeat(5));
    int padding = 16 - (payload.length() + 5) % 8;
    char length = (char) (payload.length() + padding + 1);
    return "\0\0\0" + length + (char) padding + payload + "p".repeat(padding);
  }

  @Test
  void interruptedCaller_getsItsThreadBack() throws Exception {
    try (ServerSocket server = says("", false)) {
      CompletableFuture<Boolean> done = new CompletableFuture<>();
      Thread caller =
          new Thread(
              () -> {
                PosternException failure = failure(server.getLocalPort());
                done.complete(
                    failure.code() == ErrorCode.INTERRUPTED
                        && Thread.currentThread().isInterrupted());
              });
      caller.start();
      Ssh.await(() -> caller.getState() == Thread.State.TIMED_WAITING, Ssh.PATIENCE);
      caller.interrupt();
      assertThat(done.get(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void endpointThatFallsSilent_isFoundByKeepAlive() throws Exception {
    connector.close();
    connector = Ssh.connector(Settings.with("keep-alive", "PT0.1S").and("keep-alive-missed", "30"));
    try (MinaServer server = new MinaServer(temp.resolve("silent")).start();
        TamperingRelay relay = new TamperingRelay(server.port());
        Credential credential = password()) {
      SshConnection connection = Ssh.open(connector, relay.port(), credential, Ssh.anyKey());
      CountDownLatch closed = new CountDownLatch(1);
      AtomicInteger times = new AtomicInteger();
      connection.whenClosed(
          () -> {
            times.incrementAndGet();
            closed.countDown();
          });
      // It lives on answers alone for longer than the longest silence.
      assertThat(closed.await(3_500, TimeUnit.MILLISECONDS)).isFalse();
      InputStream output = connection.openShell(new ShellRequest("xterm", 80, 24)).output();
      relay.fallSilent();
      assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(catchThrowableOfType(IOException.class, output::readAllBytes)).isNotNull();
      assertThat(connection.isOpen()).isFalse();
      connection.close();
      assertThat(times).hasValue(1);
    }
  }

  @Test
  void endpointThatFallsSilent_doesNotHoldTheOneWhoCloses() throws Exception {
    try (MinaServer server = new MinaServer(temp.resolve("silent")).start();
        TamperingRelay relay = new TamperingRelay(server.port());
        Credential credential = password()) {
      SshConnection connection = Ssh.open(connector, relay.port(), credential, Ssh.anyKey());
      relay.fallSilent();
      long start = System.nanoTime();
      connection.close();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void openingAChannel_unanswered_endsAtTheLimit() throws Exception {
    connector.close();
    connector = Ssh.connector(Settings.with("answer-timeout", "PT4S"));
    try (MinaServer server = new MinaServer(temp.resolve("silent")).start();
        TamperingRelay relay = new TamperingRelay(server.port());
        Credential credential = password()) {
      SshConnection connection = Ssh.open(connector, relay.port(), credential, Ssh.anyKey());
      connection.list("/");
      relay.fallSilent();
      CompletableFuture<PosternException> starting =
          CompletableFuture.supplyAsync(
              () ->
                  catchThrowableOfType(
                      PosternException.class, () -> connection.start(new CommandRequest("true"))));
      assertThat(catchThrowableOfType(PosternException.class, () -> connection.list("/")).code())
          .isEqualTo(ErrorCode.ENDPOINT_TIMED_OUT);
      assertThat(starting.get(30, TimeUnit.SECONDS).code()).isEqualTo(ErrorCode.ENDPOINT_TIMED_OUT);
    }
  }

  @Test
  void connectionCutByTheEndpoint_tellsOnce_andReadersSeeIt() throws Exception {
    try (MinaServer server = new MinaServer(temp.resolve("cut")).start();
        TamperingRelay relay = new TamperingRelay(server.port());
        Credential credential = password()) {
      SshConnection connection = Ssh.open(connector, relay.port(), credential, Ssh.anyKey());
      CountDownLatch closed = new CountDownLatch(1);
      connection.whenClosed(closed::countDown);
      InputStream output = connection.openShell(new ShellRequest("xterm", 80, 24)).output();
      relay.cut();
      assertThat(closed.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(catchThrowableOfType(IOException.class, output::readAllBytes)).isNotNull();
      assertThat(
              catchThrowableOfType(
                      PosternException.class, () -> connection.start(new CommandRequest("true")))
                  .code())
          .isEqualTo(ErrorCode.ENDPOINT_CLOSED);
    }
  }

  @Test
  void closeOfTheConnector_endsItsConnections() throws Exception {
    try (MinaServer server = new MinaServer(temp.resolve("all")).start();
        Credential credential = password()) {
      SshConnection connection = Ssh.open(connector, server.port(), credential, Ssh.anyKey());
      connector.close();
      assertThat(connection.isOpen()).isFalse();
      assertThat(failure(server.port()).code()).isEqualTo(ErrorCode.CLOSED);
    }
  }

  @Test
  void serverWithoutFiles_saysSo_andKeepsTheRest() throws Exception {
    try (MinaServer server = new MinaServer(temp.resolve("nofiles"));
        Credential credential = password()) {
      server.sshd.setSubsystemFactories(List.of());
      server.start();
      SshConnection connection = Ssh.open(connector, server.port(), credential, Ssh.anyKey());
      PosternException missing =
          catchThrowableOfType(PosternException.class, () -> connection.list("/"));
      assertThat(missing.code()).isEqualTo(ErrorCode.CAPABILITY_MISSING);
      assertThat(missing).hasMessageContaining("SFTP");
      connection.start(new CommandRequest("true")).close();
    }
  }

  @Test
  @RequiresProgram(value = "sshd", debianPackage = "openssh-server")
  void realServerWhoseFileProgramIsMissing_saysSo() throws Exception {
    try (OpenSshServer server =
            new OpenSshServer(temp.resolve("real"), "Subsystem sftp /nonexistent/sftp-server");
        Credential credential = server.credential()) {
      SshConnection connection =
          Ssh.open(connector, server.port(), credential, Ssh.only(server.hostKey()));
      assertThat(catchThrowableOfType(PosternException.class, () -> connection.list("/")).code())
          .isEqualTo(ErrorCode.CAPABILITY_MISSING);
    }
  }

  @Test
  @RequiresProgram(value = "sshd", debianPackage = "openssh-server")
  @Rule("TOOL-6")
  void fileWithoutRights_isRefused() throws Exception {
    try (OpenSshServer server = new OpenSshServer(temp.resolve("real"));
        Credential credential = server.credential()) {
      SshConnection connection =
          Ssh.open(connector, server.port(), credential, Ssh.only(server.hostKey()));
      PosternException refused =
          catchThrowableOfType(PosternException.class, () -> connection.write("/proc/version"));
      assertThat(refused.code()).isEqualTo(ErrorCode.REMOTE_FILE_REFUSED);
      assertThat(refused).hasMessageContaining("/proc/version");
    }
  }

  @Test
  @Rule("TOOL-6")
  void rename_atAServerWithoutPosixRename_replacesToo() throws Exception {
    try (MinaServer server = new MinaServer(temp.resolve("plain"));
        Credential credential = password()) {
      SftpModuleProperties.OPENSSH_EXTENSIONS.set(server.sshd, "");
      server.start();
      Files.writeString(server.localDirectory().resolve("from"), "new");
      Files.writeString(server.localDirectory().resolve("to"), "old");
      SshConnection connection = Ssh.open(connector, server.port(), credential, Ssh.anyKey());
      connection.rename("/from", "/to");
      assertThat(server.localDirectory().resolve("to")).hasContent("new");
      PosternException missing =
          catchThrowableOfType(PosternException.class, () -> connection.rename("/never", "/to"));
      assertThat(missing.code()).isEqualTo(ErrorCode.REMOTE_FILE_NOT_FOUND);
      assertThat(server.localDirectory().resolve("to")).hasContent("new");
    }
  }

  @Test
  void fiftyFailures_leaveNoThreadAndNoSocket() throws Exception {
    try (MinaServer server = new MinaServer(temp.resolve("fifty")).start();
        ServerSocket web = says("HTTP/1.1 400 Bad Request\r\n\r\n", true);
        ServerSocket mute = says("", false)) {
      failAll(server, web, mute, 1);
      connector.close();
      Ssh.await(() -> ourThreads() == 0, Ssh.PATIENCE);
      long files = openFiles();
      connector = Ssh.connector();
      failAll(server, web, mute, 10);
      connector.close();
      Ssh.await(() -> ourThreads() == 0, Ssh.PATIENCE);
      // The servers' ends are in this process too, and go some time after ours.
      Ssh.await(() -> openFiles() <= files, Ssh.PATIENCE);
    }
  }

  private void failAll(MinaServer server, ServerSocket web, ServerSocket mute, int rounds) {
    PosternException refusal = new PosternException(ErrorCode.HOST_KEY_UNKNOWN, "unknown");
    for (int i = 0; i < rounds; i++) {
      failure("no-such-host.invalid", 22, Ssh.PATIENCE);
      failure(web.getLocalPort());
      failure("127.0.0.1", mute.getLocalPort(), Duration.ofMillis(50));
      try (Credential credential = password()) {
        catchThrowableOfType(
            PosternException.class,
            () -> Ssh.open(connector, server.port(), credential, Ssh.refusing(refusal)));
      }
      try (Credential wrong = Credential.password("maya", Ssh.secret("wrong"))) {
        catchThrowableOfType(
            PosternException.class, () -> Ssh.open(connector, server.port(), wrong, Ssh.anyKey()));
      }
    }
  }

  private static long ourThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(
            thread ->
                thread.getName().startsWith("sshj") || thread.getName().startsWith("postern-ssh"))
        .count();
  }

  private static long openFiles() {
    File[] files = new File("/proc/self/fd").listFiles();
    return files == null ? 1 : files.length;
  }
}
