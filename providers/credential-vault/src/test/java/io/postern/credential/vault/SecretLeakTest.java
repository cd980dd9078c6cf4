package io.postern.credential.vault;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.testing.Proof;
import io.postern.testing.Rule;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Looks for secrets where somebody with a memory dump or the logs would: in the heap with its dead
 * objects, the raw memory, the log at TRACE and the output of a JVM that got them from Vault in
 * every way there is, and has closed what it got (G21).
 */
class SecretLeakTest {
  static final String SECRET_ID = "canary-secret-id-Xq7Zt2";
  static final String TOKEN = "canary-own-token-Mw4Rb9";
  static final String PASSWORD = "canary-password-Jh3Vd6";
  static final String PRIVATE_KEY = "canary-private-key-Lk8Ns5";
  static final String PASSPHRASE = "canary-passphrase-Tz2Wc7";
  static final String DYNAMIC = "canary-dynamic-Pb6Gy4";
  static final String ONE_TIME = "canary-one-time-Ds9Kf3";
  static final String IN_ERROR = "canary-in-error-Vn5Hx8";
  private static final List<String> CANARIES =
      List.of(SECRET_ID, TOKEN, PASSWORD, PRIVATE_KEY, PASSPHRASE, DYNAMIC, ONE_TIME, IN_ERROR);

  @TempDir Path folder;

  @Rule("ECM-5")
  @ParameterizedTest
  @ValueSource(strings = {"http", "https"})
  void secrets_areNowhereOnceTheyAreClosed(String scheme) throws Exception {
    assertThat(traces(scheme, false)).isEmpty();
  }

  @Test
  void theSearch_findsALeakThatWasPlanted() throws Exception {
    assertThat(traces("http", true).keySet())
        .anyMatch(where -> where.contains(PASSWORD) && where.contains("heap"))
        .anyMatch(where -> where.contains(PASSWORD) && where.contains("memory"));
  }

  private Map<String, Integer> traces(String scheme, boolean planted) throws Exception {
    Certificates certificates = new Certificates(folder);
    try (TestVault vault = new TestVault(TlsTest.encrypted(certificates, "server"))) {
      stubs(vault);
      int port = scheme.equals("https") ? vault.server.httpsPort() : vault.server.port();
      Path log = folder.resolve("trace.log");
      Path dump = folder.resolve("heap.hprof");
      Path errors = folder.resolve("errors");
      Process child =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx96m",
                  "-Dlogback.configurationFile=" + logging(log),
                  "-cp",
                  System.getProperty("java.class.path"),
                  LeakChild.class.getName(),
                  scheme + "://127.0.0.1:" + port,
                  certificates.pem("ca").toString(),
                  dump.toString(),
                  planted ? "leak" : "clean")
              .redirectError(errors.toFile())
              .start();
      try (BufferedReader out = child.inputReader(US_ASCII)) {
        child.getOutputStream().write(SECRET_ID.getBytes(US_ASCII));
        child.getOutputStream().close();
        StringBuilder said = new StringBuilder();
        String line = out.readLine();
        while (line != null && !line.equals("through")) {
          said.append(line).append('\n');
          line = out.readLine();
        }
        assertThat(line).as(said + Files.readString(errors)).isEqualTo("through");
        Map<String, Integer> found = new TreeMap<>();
        memory(child.pid(), found);
        file("heap", dump, found);
        file("log", log, found);
        assertThat(Files.size(log)).isGreaterThan(500);
        search("output", said.toString().getBytes(US_ASCII), said.length(), found);
        return found;
      } finally {
        child.destroyForcibly().waitFor();
      }
    }
  }

  private static void stubs(TestVault vault) {
    vault.on(
        "POST",
        "auth/approle/login",
        200,
        "{\"auth\": {\"client_token\": \""
            + TOKEN
            + "\", \"lease_duration\": 900,"
            + " \"renewable\": true}}");
    vault.on(
        "POST",
        "auth/token/renew-self",
        200,
        "{\"auth\": {\"client_token\": \""
            + TOKEN
            + "\", \"lease_duration\": 900,"
            + " \"renewable\": true}}");
    vault.on("GET", "secret/metadata/postern/?list=true", 200, KvTest.list("db"));
    String forAll = "{\"postern-everyone\": \"true\"}";
    vault.on("GET", "secret/metadata/postern/db", 200, KvTest.metadata(forAll, ""));
    vault.on(
        "GET",
        "secret/data/postern/db",
        200,
        KvTest.secret("{\"username\": \"app\", \"password\": \"" + PASSWORD + "\"}", forAll, 1));
    vault.on(
        "GET",
        "secret/data/postern/key",
        200,
        KvTest.secret(
            "{\"private_key\": \""
                + (PRIVATE_KEY + "\\n").repeat(100)
                + "\", \"passphrase\": \""
                + PASSPHRASE
                + "\"}",
            "{\"postern-everyone\": \"true\", \"postern-kind\": \"private-key\"}",
            1));
    vault.on("GET", "database/creds/ro", 200, RolesTest.CREDS.replace("A1a-pw", DYNAMIC));
    vault.on(
        "GET",
        "database/creds/broken",
        200,
        RolesTest.CREDS.replace("\"password\": \"A1a-pw\"", "\"other\": \"" + IN_ERROR + "\""));
    vault.on(
        "GET",
        "secret/data/postern/cut",
        200,
        "{\"data\": {\"data\": {\"password\": \"" + IN_ERROR + "\"");
    vault.on("GET", "secret/data/postern/failing", 500, "{\"errors\": [\"" + IN_ERROR + "\"]}");
    vault.on(
        "POST",
        "ssh/creds/otp",
        200,
        "{\"lease_id\": \"\", \"data\": {\"key\": \"" + ONE_TIME + "\"}}");
    vault.on("POST", "sys/leases/revoke", 204, "");
    new KeptSecret(vault, "postern/kept", forAll)
        .holds("{\"password\": \"" + PASSWORD + "\", \"other\": \"" + PASSPHRASE + "\"}");
  }

  private Path logging(Path log) throws IOException {
    return Files.writeString(
        folder.resolve("logback.xml"),
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
  }

  private static void memory(long pid, Map<String, Integer> found) throws IOException {
    Proof.goesOnWhereMemoryCanBeReadOf(pid);
    long searched = 0;
    try (RandomAccessFile memory = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
      for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/maps"))) {
        String[] fields = line.split("[ -]+", 4);
        // Addresses above the signed range are the kernel's own page.
        if (fields[2].startsWith("rw") && fields[0].length() < 16 && !line.contains("[v")) {
          searched +=
              pieces(
                  "memory",
                  memory,
                  Long.parseUnsignedLong(fields[0], 16),
                  Long.parseUnsignedLong(fields[1], 16),
                  found);
        }
      }
    }
    assertThat(searched).as("bytes that could be read").isGreaterThan(20_000_000);
  }

  private static void file(String where, Path path, Map<String, Integer> found) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      pieces(where, file, 0, file.length(), found);
    }
  }

  /** Pieces overlap, so that nothing hides on a border. */
  private static long pieces(
      String where, RandomAccessFile in, long from, long to, Map<String, Integer> found) {
    byte[] piece = new byte[1 << 20];
    int overlap = 256;
    long searched = 0;
    for (long at = from; at < to; at += piece.length - overlap) {
      int length;
      try {
        in.seek(at);
        length = in.read(piece, 0, (int) Math.min(piece.length, to - at));
      } catch (IOException e) {
        continue; // A mapping without pages behind it.
      }
      searched += Math.max(0, length);
      search(where, piece, length, found);
    }
    return searched;
  }

  /** As text of one byte a sign: the JVM looks for texts many times faster than a loop does. */
  private static void search(String where, byte[] in, int length, Map<String, Integer> found) {
    String piece = new String(in, 0, Math.max(0, length), ISO_8859_1);
    for (Form form : FORMS) {
      for (int at = piece.indexOf(form.text()); at >= 0; at = piece.indexOf(form.text(), at + 1)) {
        found.merge(form.canary() + " as " + form.how() + " in " + where, 1, Integer::sum);
      }
    }
  }

  private record Form(String canary, String how, String text) {
    Form(String canary, String how, byte[] bytes) {
      this(canary, how, new String(bytes, ISO_8859_1));
    }
  }

  private static final List<Form> FORMS = forms();

  private static List<Form> forms() {
    List<Form> forms = new ArrayList<>();
    for (String canary : CANARIES) {
      byte[] raw = canary.getBytes(US_ASCII);
      forms.add(new Form(canary, "bytes", raw));
      forms.add(new Form(canary, "UTF-16LE", canary.getBytes(UTF_16LE)));
      forms.add(new Form(canary, "UTF-16BE", canary.getBytes(UTF_16BE)));
      // Without its end, which depends on what follows.
      String base64 = Base64.getEncoder().encodeToString(raw);
      forms.add(
          new Form(canary, "Base64", base64.substring(0, base64.length() - 4).getBytes(US_ASCII)));
      forms.add(new Form(canary, "hexadecimal", HexFormat.of().formatHex(raw).getBytes(US_ASCII)));
    }
    return forms;
  }
}
