package io.postern.connector.ssh;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.jump.HostKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The sshd of this machine, with its own settings, keys and port, run by whoever runs the tests.
 */
final class OpenSshServer implements TestServer {
  static final String PASSWORD = "correct horse";

  final List<String> log = new CopyOnWriteArrayList<>();
  private final Path directory;
  private final Path files;
  private final int port;
  private final Process process;

  /** Root gets no signals from sshd, and has no password; so as root, an account is made. */
  private final boolean asRoot = System.getProperty("user.name").equals("root");

  private final String user;
  private boolean accountMade;

  OpenSshServer(Path directory, String... more) throws Exception {
    this.directory = Files.createDirectories(directory.toAbsolutePath());
    this.files = Files.createDirectories(this.directory.resolve("files"));
    this.user = asRoot ? makeAccount() : System.getProperty("user.name");
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path("host_ed25519"));
    run("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-f", path("host_ecdsa"));
    run("ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", path("host_rsa"));
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", path("user"));
    Files.copy(this.directory.resolve("user.pub"), this.directory.resolve("authorized"));
    this.port = freePort();
    List<String> settings =
        new ArrayList<>(
            List.of(
                "Port " + port,
                "ListenAddress 127.0.0.1",
                "HostKey " + path("host_ed25519"),
                "HostKey " + path("host_ecdsa"),
                "HostKey " + path("host_rsa"),
                "PidFile none",
                "UsePAM no",
                "StrictModes no",
                "LogLevel VERBOSE",
                "PermitRootLogin yes",
                "AuthorizedKeysFile " + path("authorized"),
                "PrintMotd no"));
    settings.addAll(Arrays.asList(more));
    if (settings.stream().noneMatch(line -> line.startsWith("Subsystem"))) {
      settings.add("Subsystem sftp internal-sftp");
    }
    Path config = Files.write(this.directory.resolve("sshd_config"), settings);
    if (asRoot) {
      Files.createDirectories(Path.of("/run/sshd")); // sshd wants it when it runs as root
    }
    process =
        new ProcessBuilder(sshd(), "-D", "-e", "-f", config.toString())
            .redirectErrorStream(true)
            .start();
    CompletableFuture<Boolean> listening = new CompletableFuture<>();
    Thread reader = new Thread(() -> readLog(listening), "sshd-log");
    reader.setDaemon(true);
    reader.start();
    listening.get(20, TimeUnit.SECONDS);
  }

  private String makeAccount() throws Exception {
    // The account must reach its key and its files.
    for (Path reached : List.of(directory.getParent(), directory, files)) {
      Files.setPosixFilePermissions(reached, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    String name = "pt" + Long.toHexString(System.nanoTime());
    String hash = run("openssl", "passwd", "-6", PASSWORD).strip();
    run("useradd", "-M", "-d", files.toString(), "-s", "/bin/sh", "-p", hash, name);
    accountMade = true;
    run("chown", name, files.toString());
    return name;
  }

  /** The account's log-on by password, where there is such an account. */
  Optional<Credential> password(String password) {
    return accountMade
        ? Optional.of(Credential.password(user, Ssh.secret(password)))
        : Optional.empty();
  }

  private void readLog(CompletableFuture<Boolean> listening) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        log.add(line);
        if (line.contains("Server listening")) {
          listening.complete(true);
        }
      }
    } catch (IOException e) {
      // it was ended
    }
    listening.completeExceptionally(new IOException("sshd did not start: " + log));
  }

  private static String sshd() {
    return List.of("/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd").stream()
        .filter(path -> Files.isExecutable(Path.of(path)))
        .findFirst()
        .orElse("sshd");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private String path(String name) {
    return directory.resolve(name).toString();
  }

  Path file(String name) {
    return directory.resolve(name);
  }

  static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
    return said;
  }

  /** Lets keys with this public part log on. */
  void authorise(Path publicKey) throws IOException {
    Files.writeString(
        directory.resolve("authorized"),
        Files.readString(directory.resolve("authorized")) + Files.readString(publicKey));
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public HostKey hostKey() {
    return hostKey("host_ed25519");
  }

  HostKey hostKey(String name) {
    try {
      String[] words = Files.readString(directory.resolve(name + ".pub")).split(" ");
      return new HostKey(words[0], words[1]);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public Credential credential() {
    return key("user");
  }

  Credential key(String name) {
    try {
      return Credential.privateKey(
          user, Secret.takeFrom(Files.readAllBytes(directory.resolve(name))));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public String remoteDirectory() {
    return files.toString();
  }

  @Override
  public Path localDirectory() {
    return files;
  }

  @Override
  public void close() throws Exception {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    process.onExit().get(10, TimeUnit.SECONDS);
    if (accountMade) {
      run("userdel", "-f", user);
    }
  }
}
