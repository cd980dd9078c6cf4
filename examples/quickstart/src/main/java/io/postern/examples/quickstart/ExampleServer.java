package io.postern.examples.quickstart;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.jump.HostKey;
import io.postern.jump.JumpItemId;
import io.postern.spi.credential.PasswordChanger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.forward.RejectAllForwardingFilter;
import org.apache.sshd.server.shell.InvertedShellWrapper;
import org.apache.sshd.server.shell.ProcessShell;
import org.apache.sshd.sftp.SftpModuleProperties;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/**
 * The endpoint of the story: a real SSH server (Apache MINA SSHD) in this process, on a free port
 * of 127.0.0.1. It has one account with a random password, a real shell of the host system, and
 * files in one folder. It stands for any machine out there: Postern knows nothing of it but its
 * address.
 */
final class ExampleServer implements Place {
  private static final String ACCOUNT = "orders-admin";

  private final SshServer sshd;
  private final HostKey hostKey;
  private Secret password;
  private int passwordChanges;

  private ExampleServer(SshServer sshd, KeyPair key) {
    this.sshd = sshd;
    this.hostKey = publicPart(key);
    this.password = RandomSecret.ofCharacters(24);
  }

  /**
   * Listens, until it is closed.
   *
   * @param folder what SFTP shows as {@code /}, and where shells begin
   */
  static ExampleServer start(Path folder) throws IOException {
    return start(folder, folder);
  }

  static ExampleServer start(Path home, Path sftpRoot) throws IOException {
    if (!Files.isExecutable(Path.of("/bin/sh"))) {
      throw new PosternException(
          ErrorCode.PRECONDITION_FAILED,
          "the example's own endpoint needs /bin/sh, which this machine does not have; name a real"
              + " server with -Dhost");
    }
    KeyPair key = newHostKey();
    SshServer sshd = SshServer.setUpDefaultServer();
    ExampleServer server = new ExampleServer(sshd, key);
    sshd.setHost("127.0.0.1"); // nobody but this machine
    sshd.setPort(0);
    sshd.setKeyPairProvider(KeyPairProvider.wrap(key));
    sshd.setUserAuthFactories(List.of(new UserAuthPasswordFactory()));
    sshd.setPasswordAuthenticator((user, given, session) -> server.opens(user, given));
    sshd.setForwardingFilter(RejectAllForwardingFilter.INSTANCE);
    sshd.setShellFactory(channel -> new InvertedShellWrapper(new EchoingShell(shell(home))));
    sshd.setCommandFactory(
        (channel, line) -> new InvertedShellWrapper(new ProcessShell(command(home, line))));
    sshd.setFileSystemFactory(new VirtualFileSystemFactory(sftpRoot.toAbsolutePath()));
    sshd.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
    limit(sshd);
    try {
      sshd.start();
      return server;
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /** MINA leaves most of its limits open; a server says what it will bear. */
  private static void limit(SshServer sshd) {
    CoreModuleProperties.NIO_WORKERS.set(sshd, 2);
    CoreModuleProperties.MAX_CONCURRENT_SESSIONS.set(sshd, 8);
    CoreModuleProperties.MAX_CONCURRENT_CHANNELS.set(sshd, 8);
    CoreModuleProperties.MAX_AUTH_REQUESTS.set(sshd, 3);
    CoreModuleProperties.AUTH_TIMEOUT.set(sshd, Duration.ofSeconds(20));
    CoreModuleProperties.IDLE_TIMEOUT.set(sshd, Duration.ofMinutes(5));
    CoreModuleProperties.NIO2_READ_TIMEOUT.set(sshd, Duration.ofMinutes(6));
    CoreModuleProperties.CHANNEL_CLOSE_TIMEOUT.set(sshd, Duration.ofSeconds(2));
    CoreModuleProperties.COMMAND_EXIT_TIMEOUT.set(sshd, Duration.ofSeconds(2));
    SftpModuleProperties.MAX_OPEN_HANDLES_PER_SESSION.set(sshd, 16);
  }

  /** An interactive shell with a prompt; errors go where the output goes, as on a terminal. */
  private static List<String> shell(Path folder) {
    return inside(folder, "cd && exec /bin/sh +m -i 2>&1", "sh");
  }

  private static List<String> command(Path folder, String line) {
    return inside(folder, "cd && eval \"$1\"", "sh", line);
  }

  /** In an environment of its own: nothing of the one that Maven runs in is handed on. */
  private static List<String> inside(Path folder, String script, String... arguments) {
    return Stream.concat(
            Stream.of(
                "/usr/bin/env",
                "-i",
                "HOME=" + folder.toAbsolutePath(),
                "PATH=" + System.getenv().getOrDefault("PATH", "/usr/bin:/bin"),
                "LANG=C.UTF-8",
                "TERM=xterm",
                "PS1=$ ",
                "/bin/sh",
                "-c",
                script),
            Stream.of(arguments))
        .toList();
  }

  private synchronized boolean opens(String user, String given) {
    try (Secret tried = Secret.takeFrom(given.toCharArray())) {
      return password.sameAs(tried) && user.equals(ACCOUNT); // in constant time
    }
  }

  /**
   * What an administrator's script would do with {@code passwd}. Asked again after a crash, so it
   * succeeds also when all is done already.
   */
  private synchronized void change(PasswordChanger.Change change) {
    if (password.sameAs(change.next())) {
      return;
    }
    if (!change.username().equals(ACCOUNT) || !password.sameAs(change.current())) {
      throw new IllegalStateException("account or current password is not right");
    }
    password.close();
    password = change.next().copy();
    passwordChanges++;
  }

  private static KeyPair newHostKey() {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has P-256", e);
    }
  }

  private static HostKey publicPart(KeyPair key) {
    ByteArrayBuffer wire = new ByteArrayBuffer();
    wire.putRawPublicKey(key.getPublic());
    return HostKey.of(KeyUtils.getKeyType(key), wire.getCompactData());
  }

  synchronized int passwordChanges() {
    return passwordChanges;
  }

  @Override
  public JumpItemId item() {
    return JumpItemId.of("orders-db");
  }

  @Override
  public String host() {
    return "127.0.0.1";
  }

  @Override
  public int port() {
    return sshd.getPort();
  }

  @Override
  public String account() {
    return ACCOUNT;
  }

  @Override
  public synchronized Credential credential() {
    return Credential.password(ACCOUNT, password.copy());
  }

  /** Relative, which SFTP and shells take alike: to where they begin. */
  @Override
  public String pathOf(String fileName) {
    return fileName;
  }

  @Override
  public Optional<PasswordChanger> passwordChanger() {
    return Optional.of(this::change);
  }

  @Override
  public String howToCheck(HostKey seen) {
    return seen.equals(hostKey)
        ? "compares it with the server's own: the same."
        : "compares it with the server's own: ANOTHER ONE, " + hostKey;
  }

  @Override
  public synchronized String howItWasReturned(int rotations) {
    if (rotations != 1 || passwordChanges != 1) {
      throw new IllegalStateException(
          "the password should have been rotated once; Postern says "
              + rotations
              + " times, the server "
              + passwordChanges);
    }
    return "has made a new password, and the server took it: the one used opens nothing now.";
  }

  @Override
  public void close() throws IOException {
    try {
      sshd.stop(true);
    } finally {
      synchronized (this) {
        password.close();
      }
    }
  }
}
