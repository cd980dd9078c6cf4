package io.postern.credential.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.testing.Canary;
import io.postern.testing.Proof;
import io.postern.testing.Rule;
import io.postern.testing.Scan;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
  private final Canary secretId = Canary.ascii("secret id");
  private final Canary token = Canary.letters("own token");
  private final Canary password = Canary.text("password");
  private final Canary privateKey = Canary.letters("private key");
  private final Canary passphrase = Canary.text("passphrase");
  private final Canary dynamic = Canary.text("dynamic password");
  private final Canary oneTime = Canary.text("one-time password");
  private final Canary inError = Canary.text("secret in an error");
  private final List<Canary> canaries =
      new ArrayList<>(
          List.of(secretId, token, password, privateKey, passphrase, dynamic, oneTime, inError));

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
        .anyMatch(where -> where.contains("password (") && where.contains("heap"))
        .anyMatch(where -> where.contains("password (") && where.contains("memory"));
  }

  private Map<String, Integer> traces(String scheme, boolean planted) throws Exception {
    boolean encrypted = scheme.equals("https");
    Certificates certificates = encrypted ? new Certificates(folder) : null;
    try (TestVault vault =
        encrypted ? new TestVault(TlsTest.encrypted(certificates, "server")) : new TestVault()) {
      KeptSecret kept = stubs(vault);
      int port = encrypted ? vault.server.httpsPort() : vault.server.port();
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
                  folder.resolve("ca.pem").toString(),
                  dump.toString(),
                  planted ? "leak" : "clean")
              .redirectError(errors.toFile())
              .start();
      try (BufferedReader out = child.inputReader(UTF_8)) {
        child.getOutputStream().write(secretId.bytes());
        child.getOutputStream().close();
        StringBuilder said = new StringBuilder();
        String line = out.readLine();
        while (line != null && !line.equals("through")) {
          said.append(line).append('\n');
          line = out.readLine();
        }
        assertThat(line).as(said + Files.readString(errors)).isEqualTo("through");
        canaries.add(Canary.of("password made by rotation", kept.password().getBytes(UTF_8)));
        Scan scan = new Scan(canaries);
        Map<String, Integer> found = new TreeMap<>();
        add("heap", scan.files(dump), found);
        add("output", scan.bytes(said.toString().getBytes(UTF_8)), found);
        long before = scan.scanned();
        add("log", scan.files(log), found);
        assertThat(scan.scanned() - before).as("bytes in the log").isGreaterThan(500);
        Proof.goesOnWhereMemoryCanBeReadOf(child.pid());
        before = scan.scanned();
        add("memory", scan.memory(child.pid()), found);
        assertThat(scan.scanned() - before)
            .as("bytes that could be read")
            .isGreaterThan(20_000_000);
        return found;
      } finally {
        child.destroyForcibly().waitFor();
      }
    }
  }

  private static void add(String where, Map<String, Integer> some, Map<String, Integer> all) {
    some.forEach((what, often) -> all.put(what + " in " + where, often));
  }

  private KeptSecret stubs(TestVault vault) {
    vault.on(
        "POST",
        "auth/approle/login",
        200,
        "{\"auth\": {\"client_token\": \""
            + token.json()
            + "\", \"lease_duration\": 900,"
            + " \"renewable\": true}}");
    vault.on(
        "POST",
        "auth/token/renew-self",
        200,
        "{\"auth\": {\"client_token\": \""
            + token.json()
            + "\", \"lease_duration\": 900,"
            + " \"renewable\": true}}");
    vault.on("GET", "secret/metadata/postern/?list=true", 200, KvTest.list("db"));
    String forAll = "{\"postern-everyone\": \"true\"}";
    vault.on("GET", "secret/metadata/postern/db", 200, KvTest.metadata(forAll, ""));
    vault.on(
        "GET",
        "secret/data/postern/db",
        200,
        KvTest.secret(
            "{\"username\": \"app\", \"password\": \"" + password.json() + "\"}", forAll, 1));
    vault.on(
        "GET",
        "secret/data/postern/key",
        200,
        KvTest.secret(
            "{\"private_key\": \""
                + (privateKey.json() + "\\n").repeat(100)
                + "\", \"passphrase\": \""
                + passphrase.json()
                + "\"}",
            "{\"postern-everyone\": \"true\", \"postern-kind\": \"private-key\"}",
            1));
    vault.on("GET", "database/creds/ro", 200, RolesTest.CREDS.replace("A1a-pw", dynamic.json()));
    vault.on(
        "GET",
        "database/creds/broken",
        200,
        RolesTest.CREDS.replace(
            "\"password\": \"A1a-pw\"", "\"other\": \"" + inError.json() + "\""));
    vault.on(
        "GET",
        "secret/data/postern/cut",
        200,
        "{\"data\": {\"data\": {\"password\": \"" + inError.json() + "\"");
    vault.on(
        "GET", "secret/data/postern/failing", 500, "{\"errors\": [\"" + inError.json() + "\"]}");
    vault.on(
        "POST",
        "ssh/creds/otp",
        200,
        "{\"lease_id\": \"ssh/creds/otp/1\", \"data\": {\"key\": \"" + oneTime.json() + "\"}}");
    vault.on("POST", "sys/leases/revoke", 204, "");
    KeptSecret kept = new KeptSecret(vault, "postern/kept", forAll);
    kept.holds(
        "{\"password\": \"" + password.json() + "\", \"other\": \"" + passphrase.json() + "\"}");
    return kept;
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
}
