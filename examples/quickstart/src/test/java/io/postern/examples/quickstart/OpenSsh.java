package io.postern.examples.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The sshd of this machine, with its own settings, keys and port, run by whoever runs the tests.
 */
final class OpenSsh implements AutoCloseable {
  private final Path folder;
  private final int port;
  private final Process process;

  private OpenSsh(Path folder, int port, Process process) {
    this.folder = folder;
    this.port = port;
    this.process = process;
  }

  static OpenSsh start(Path folder) throws Exception {
    Files.createDirectories(folder);
    newKey(folder.resolve("host"), "");
    newKey(folder.resolve("user"), "");
    Files.copy(folder.resolve("user.pub"), folder.resolve("authorized"));
    if (System.getProperty("user.name").equals("root")) {
      Files.createDirectories(Path.of("/run/sshd")); // sshd wants it when it runs as root
    }
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Path settings =
        Files.write(
            folder.resolve("sshd_config"),
            List.of(
                "Port " + port,
                "ListenAddress 127.0.0.1",
                "HostKey " + folder.resolve("host"),
                "AuthorizedKeysFile " + folder.resolve("authorized"),
                "PidFile none",
                "UsePAM no",
                "StrictModes no",
                "PermitRootLogin yes",
                "PrintMotd no",
                "Subsystem sftp internal-sftp"));
    Process process =
        new ProcessBuilder(program(), "-D", "-e", "-f", settings.toString())
            .redirectErrorStream(true)
            .start();
    CompletableFuture<Boolean> listening = new CompletableFuture<>();
    Thread reader = new Thread(() -> readLog(process, listening), "sshd-log");
    reader.setDaemon(true);
    reader.start();
    OpenSsh sshd = new OpenSsh(folder, port, process);
    try {
      listening.get(20, TimeUnit.SECONDS);
      return sshd;
    } catch (Exception e) {
      sshd.close();
      throw e;
    }
  }

  private static String program() {
    return Stream.of("/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd")
        .filter(path -> Files.isExecutable(Path.of(path)))
        .findFirst()
        .orElse("sshd");
  }

  private static void readLog(Process process, CompletableFuture<Boolean> listening) {
    List<String> log = new ArrayList<>();
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

  private static void newKey(Path file, String passphrase) throws Exception {
    Process made =
        new ProcessBuilder(
                "ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", file.toString())
            .redirectErrorStream(true)
            .start();
    made.getOutputStream().close();
    String said = new String(made.getInputStream().readAllBytes(), UTF_8);
    if (made.waitFor() != 0) {
      throw new IOException("ssh-keygen: " + said);
    }
  }

  int port() {
    return port;
  }

  /** A private key that may log on as whoever runs this. */
  Path key() {
    return folder.resolve("user");
  }

  Path keyWithPassphrase(String passphrase) throws Exception {
    Path key = folder.resolve("guarded");
    newKey(key, passphrase);
    Files.copy(
        folder.resolve("guarded.pub"),
        folder.resolve("authorized"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    return key;
  }

  @Override
  public void close() throws Exception {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    process.onExit().get(10, TimeUnit.SECONDS);
  }
}
