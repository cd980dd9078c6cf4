package io.postern.connector.ssh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.jump.HostKey;
import io.postern.testing.Proof;
import io.postern.testing.RequiresProgram;
import io.postern.testing.Rule;
import io.postern.testing.Sshd;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Five seconds after the log-ons, with the connections still open, no secret is anywhere in the
 * process: not in a dump of the heap with its garbage, not in its raw memory, not in logs at TRACE.
 */
@Timeout(120)
@RequiresProgram(value = "ssh-keygen", debianPackage = "openssh-client")
class SecretLeakTest {
  private static final int MEGABYTE = 1024 * 1024;

  @TempDir Path temp;
  private final Map<String, byte[]> patterns = new LinkedHashMap<>();

  @Test
  @Rule("INJ-1")
  void afterTheLogOn_noSecretIsLeft() throws Exception {
    assertThat(traces(false)).isEmpty();
  }

  @Test
  void theSearch_findsALeakThatWasPlanted() throws Exception {
    assertThat(traces(true).keySet())
        .anyMatch(where -> where.contains("heap dump"))
        .anyMatch(where -> where.contains("password"));
  }

  /** Where which secret was found how often. */
  private Map<String, Integer> traces(boolean leaking) throws Exception {
    String password = canary();
    String passphrase = canary();
    canary("password", password);
    canary("passphrase", passphrase);
    byte[] plain = key("plain");
    keyCanary("plain key", plain);
    // The same key, so that its number is looked for after this log-on too.
    Path locked = Files.copy(temp.resolve("plain"), temp.resolve("openssh"));
    Files.setPosixFilePermissions(locked, PosixFilePermissions.fromString("rw-------"));
    Sshd.run("ssh-keygen", "-q", "-p", "-P", "", "-N", passphrase, "-f", locked.toString());
    byte[] openSsh = Files.readAllBytes(locked);
    Path pkcs8 = temp.resolve("pkcs8");
    Path opened = temp.resolve("pkcs8.plain");
    Sshd.run("openssl", "genpkey", "-algorithm", "ed25519", "-out", opened.toString());
    Sshd.run(
        "openssl",
        "pkcs8",
        "-topk8",
        "-in",
        opened.toString(),
        "-out",
        pkcs8.toString(),
        "-passout",
        "pass:" + passphrase);
    keyCanary("opened PKCS#8 key", Files.readAllBytes(opened));

    try (MinaServer server = new MinaServer(temp.resolve("server"))) {
      server.sshd.setPasswordAuthenticator((user, given, session) -> given.equals(password));
      server.start();
      Path dump = temp.resolve("heap.hprof");
      Path log = temp.resolve("trace.log");
      Process child = start(server, dump, log, leaking);
      try (DataOutputStream in = new DataOutputStream(child.getOutputStream());
          BufferedReader out = child.inputReader(UTF_8)) {
        for (byte[] secret :
            List.of(
                password.getBytes(UTF_8),
                plain,
                openSsh,
                passphrase.getBytes(UTF_8),
                Files.readAllBytes(pkcs8),
                passphrase.getBytes(UTF_8))) {
          in.writeInt(secret.length);
          in.write(secret);
        }
        in.flush();
        assertThat(out.readLine())
            .as(() -> read(temp.resolve("child.err")))
            .isEqualTo("open unregistered");
        assertThat(child.waitFor(5, TimeUnit.SECONDS)).isFalse();
        Map<String, Integer> found = new TreeMap<>();
        searchMemory(child.pid(), found);
        in.write(1);
        in.flush();
        assertThat(out.readLine()).startsWith("dumped");
        searchFile("heap dump", dump, found);
        searchFile("log", log, found);
        assertThat(Files.size(log)).isGreaterThan(1000);
        return found;
      } finally {
        child.destroyForcibly().waitFor();
      }
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private Process start(MinaServer server, Path dump, Path log, boolean leaking)
      throws IOException {
    Path logback =
        Files.writeString(
            temp.resolve("logback.xml"),
            """
            <configuration>
              <appender name="file" class="ch.qos.logback.core.FileAppender">
                <file>%s</file>
                <encoder><pattern>%%level %%logger %%msg %%ex%%n</pattern></encoder>
              </appender>
              <root level="TRACE"><appender-ref ref="file" /></root>
            </configuration>
            """
                .formatted(log));
    HostKey hostKey = server.hostKey();
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-Dlogback.configurationFile=" + logback,
            "-cp",
            System.getProperty("java.class.path"),
            LeakChild.class.getName(),
            Integer.toString(server.port()),
            hostKey.algorithm(),
            hostKey.base64(),
            dump.toString(),
            leaking ? "leak" : "clean")
        .redirectError(temp.resolve("child.err").toFile())
        .start();
  }

  private static String canary() {
    byte[] random = new byte[12];
    new SecureRandom().nextBytes(random);
    return "canary-" + HexFormat.of().formatHex(random);
  }

  private byte[] key(String name) throws Exception {
    Path file = temp.resolve(name);
    Sshd.run("ssh-keygen", "-q", "-t", "ed25519", "-C", "c", "-N", "", "-f", file.toString());
    return Files.readAllBytes(file);
  }

  private void canary(String name, String secret) {
    patterns.put(name + " raw", secret.getBytes(UTF_8));
    patterns.put(name + " UTF-16", secret.getBytes(UTF_16LE));
    // Without its end, which depends on what follows.
    String base64 = Base64.getEncoder().encodeToString(secret.getBytes(UTF_8));
    patterns.put(name + " Base64", base64.substring(0, base64.length() - 4).getBytes(UTF_8));
  }

  /** The private number, and the text that holds it. */
  private void keyCanary(String name, byte[] file) {
    List<String> lines = new String(file, UTF_8).lines().filter(l -> !l.startsWith("-")).toList();
    byte[] der = Base64.getMimeDecoder().decode(String.join("", lines));
    // PKCS#8 ends with the 32 bytes; OpenSSH has them behind the length of both halves, 64.
    int at = der.length - 32;
    int marker = new String(der, ISO_8859_1).lastIndexOf("\0\0\0\u0040");
    if (marker > 0) {
      at = marker + 4;
    }
    patterns.put(name + " raw", Arrays.copyOfRange(der, at, at + 32));
    // The line that begins inside the private part, or the only line.
    String text = lines.get(lines.size() > 2 ? 2 : 0);
    String piece = text.substring(text.length() - 36, text.length() - 4);
    patterns.put(name + " text", piece.getBytes(UTF_8));
    patterns.put(name + " text UTF-16", piece.getBytes(UTF_16LE));
  }

  private void searchMemory(long pid, Map<String, Integer> found) throws IOException {
    Proof.goesOnWhereMemoryCanBeReadOf(pid);
    List<String> areas = Files.readAllLines(Path.of("/proc/" + pid + "/maps"));
    try (RandomAccessFile memory = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
      for (String area : areas) {
        String[] words = area.split("\\s+");
        if (!words[1].startsWith("rw") || area.contains("[v")) {
          continue;
        }
        String[] ends = words[0].split("-");
        search(
            "raw memory",
            memory,
            Long.parseUnsignedLong(ends[0], 16),
            Long.parseUnsignedLong(ends[1], 16),
            found);
      }
    }
  }

  private void searchFile(String what, Path path, Map<String, Integer> found) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      search(what, file, 0, file.length(), found);
    }
  }

  /** Pieces overlap, so that nothing hides on a border. */
  private void search(
      String what, RandomAccessFile in, long from, long to, Map<String, Integer> found) {
    byte[] piece = new byte[4 * MEGABYTE];
    int overlap = 256;
    for (long at = from; at < to; at += piece.length - overlap) {
      int length = (int) Math.min(piece.length, to - at);
      try {
        in.seek(at);
        in.readFully(piece, 0, length);
      } catch (IOException e) {
        continue; // reserved and not backed by memory
      }
      count(what, piece, length, found);
    }
  }

  private void count(String what, byte[] in, int length, Map<String, Integer> found) {
    boolean[] begins = new boolean[256];
    patterns.values().forEach(pattern -> begins[pattern[0] & 0xff] = true);
    for (int i = 0; i < length; i++) {
      if (!begins[in[i] & 0xff]) {
        continue;
      }
      for (Map.Entry<String, byte[]> entry : patterns.entrySet()) {
        byte[] pattern = entry.getValue();
        int end = i + pattern.length;
        if (end <= length && Arrays.equals(in, i, end, pattern, 0, pattern.length)) {
          found.merge(entry.getKey() + " in " + what, 1, Integer::sum);
        }
      }
    }
  }
}
