package io.postern.credential.file;

import io.postern.credential.Secret;
import io.postern.spi.credential.ProviderException;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own that does something with a credential file and says so, line by line. */
final class Child implements Closeable {
  private final Process process;
  private final BufferedReader lines;

  private Child(ProcessBuilder builder) throws IOException {
    process = builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  static Child of(Class<?> main, Object... arguments) throws IOException {
    return new Child(new ProcessBuilder(command(main, arguments)));
  }

  static Child underFileSizeLimit(int blocks, Class<?> main, String name, Store store)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("bash", "-c", "ulimit -f " + blocks + " && exec \"$@\"", "bash"));
    command.addAll(command(main, name, store.path, store.keyPath));
    return new Child(new ProcessBuilder(command));
  }

  private static List<String> command(Class<?> main, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-Xshare:auto"));
    command.addAll(List.of("-XX:-UsePerfData"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  Process process() {
    return process;
  }

  /** The next line, or null at the end. */
  String line() throws IOException {
    return lines.readLine();
  }

  String lastLine() throws IOException {
    String last = "";
    for (String line = line(); line != null; line = line()) {
      last = line;
    }
    return last;
  }

  /** Reads to the end and tells whether the child ended well. */
  boolean endsWell() throws IOException, InterruptedException {
    lastLine();
    return process.waitFor(60, TimeUnit.SECONDS) && process.exitValue() == 0;
  }

  /** What the operating system does when it runs out of memory: no hook, no flush. */
  void kill() throws InterruptedException {
    // By its handle: Process itself would also close the pipe, with what the child still said.
    process.toHandle().destroyForcibly();
    process.waitFor(60, TimeUnit.SECONDS);
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    lines.close();
  }

  /** Puts one entry after the other, and says so after each: name, file, key file, how many. */
  static final class Writer {
    private Writer() {}

    public static void main(String[] arguments) {
      int most = arguments.length > 3 ? Integer.parseInt(arguments[3]) : Integer.MAX_VALUE;
      try (EncryptedCredentialFile file =
          EncryptedCredentialFile.open(
              Path.of(arguments[1]), FileKey.keyFile(Path.of(arguments[2])))) {
        for (int i = 0; i < most; i++) {
          String key = arguments[0] + "-" + i;
          try (Secret secret = Store.secret("secret of " + key)) {
            file.put(CredentialEntry.password(key, "user").build(), secret);
          }
          System.out.println(key);
        }
      } catch (ProviderException e) {
        System.out.println(
            e.failure() + (e.isWithoutEffect() ? " without effect: " : ": ") + e.getMessage());
      }
    }
  }

  /** Changes the file and stays in the middle of it: file, key file. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) {
      StoreFile file =
          new StoreFile(
              Path.of(arguments[0]), FileKey.keyFile(Path.of(arguments[1])), new Disk() {});
      file.change(
          TimeLimit.forLocks(Duration.ofSeconds(10)),
          now -> {
            System.out.println("inside");
            try {
              System.in.read(); // Until the parent has seen enough.
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
            return now;
          });
      System.out.println("outside");
    }
  }

  /** Says whether a lock file is free or held: lock file. */
  static final class LockProbe {
    private LockProbe() {}

    public static void main(String[] arguments) throws IOException {
      try (FileChannel channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        System.out.println(lock == null ? "held" : "free");
      }
    }
  }
}
