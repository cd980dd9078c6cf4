package io.postern.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The sshd of this machine, with settings and a port of its own on the loopback, run by whoever
 * runs the tests. It lets keys in whose public part is in the file {@code authorized} of its
 * directory.
 */
public final class Sshd implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 20;

  private final int port;
  private final Process process;
  private final List<String> log = new CopyOnWriteArrayList<>();

  private Sshd(int port, Process process) {
    this.port = port;
    this.process = process;
  }

  /**
   * Starts it and waits until it listens.
   *
   * @param directory where its settings are written
   * @param settings further lines of settings, at least one {@code HostKey}
   */
  public static Sshd start(Path directory, List<String> settings) throws Exception {
    if (System.getProperty("user.name").equals("root")) {
      Files.createDirectories(Path.of("/run/sshd")); // sshd wants it when it runs as root
    }
    int port = FreePort.find();
    List<String> all =
        new ArrayList<>(
            List.of(
                "Port " + port,
                "ListenAddress 127.0.0.1",
                "AuthorizedKeysFile " + directory.resolve("authorized"),
                "PidFile none",
                "UsePAM no",
                "StrictModes no",
                "PermitRootLogin yes",
                "PrintMotd no"));
    all.addAll(settings);
    if (settings.stream().noneMatch(line -> line.startsWith("Subsystem"))) {
      all.add("Subsystem sftp internal-sftp");
    }
    Path file = Files.write(directory.resolve("sshd_config"), all);
    Process process =
        new ProcessBuilder(program(), "-D", "-e", "-f", file.toString())
            .redirectErrorStream(true)
            .start();
    Sshd sshd = new Sshd(port, process);
    try {
      sshd.awaitListening();
      return sshd;
    } catch (Exception e) {
      sshd.close();
      throw e;
    }
  }

  private void awaitListening() throws Exception {
    CompletableFuture<Boolean> listening = new CompletableFuture<>();
    Thread reader = new Thread(() -> readLog(listening), "sshd-log");
    reader.setDaemon(true);
    reader.start();
    listening.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
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
      // It was ended.
    }
    listening.completeExceptionally(new IOException("sshd did not start: " + log));
  }

  private static String program() {
    return Stream.of("/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd")
        .filter(path -> Files.isExecutable(Path.of(path)))
        .findFirst()
        .orElse("sshd");
  }

  /** Runs a program to its end and gives what it wrote; IOException with that when it failed. */
  public static String run(String... command) throws IOException, InterruptedException {
    Process running = new ProcessBuilder(command).redirectErrorStream(true).start();
    running.getOutputStream().close();
    String said = new String(running.getInputStream().readAllBytes(), UTF_8);
    if (running.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + ": " + said);
    }
    return said;
  }

  /** On the loopback. */
  public int port() {
    return port;
  }

  /** What it has logged so far; goes on growing. */
  public List<String> log() {
    return log;
  }

  @Override
  public void close() throws IOException {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("sshd does not end: " + log);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while sshd was ending");
    }
  }
}
