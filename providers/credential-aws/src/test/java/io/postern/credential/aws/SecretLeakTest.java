package io.postern.credential.aws;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.testing.Canary;
import io.postern.testing.Rule;
import io.postern.testing.Scan;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Once credentials were used and closed, and connections are no longer kept for the next request,
 * with the provider still open, no secret is reachable in the process, as text or as bytes, and
 * none is in logs at TRACE or in its output: none that was lent, none that came in an answer that
 * failed or came too late, and not the secret access key (goal G21). What the JDK's own HTTP and
 * sockets leave in memory that is free already is not looked for: see the README.
 */
@Timeout(120)
class SecretLeakTest {
  @TempDir Path temp;
  private final List<Canary> canaries = new ArrayList<>();

  @Test
  @Rule("INJ-1")
  void afterUse_noSecretIsLeft() throws Exception {
    assertThat(traces(false)).isEmpty();
  }

  @Test
  void theSearch_findsALeakThatWasPlanted() throws Exception {
    assertThat(traces(true).keySet())
        .anyMatch(where -> where.startsWith("json (") && where.endsWith("heap dump"))
        .anyMatch(where -> where.startsWith("binary (") && where.endsWith("heap dump"))
        .anyMatch(where -> where.startsWith("passphrase (") && where.endsWith("heap dump"))
        .anyMatch(where -> where.startsWith("secret access key (") && where.endsWith("heap dump"));
  }

  /** Where which secret was found how often. */
  private Map<String, Integer> traces(boolean leaking) throws Exception {
    Path dump = temp.resolve("heap.hprof");
    Path log = temp.resolve("trace.log");
    Canary accessKey = canary(Canary.letters("secret access key"));
    StringBuilder said = new StringBuilder();
    try (AwsServer server = new AwsServer()) {
      AwsServer.Held rotated = fill(server);
      Process child = start(server, dump, log, leaking);
      try (DataOutputStream in = new DataOutputStream(child.getOutputStream());
          BufferedReader out = child.inputReader(UTF_8)) {
        in.writeInt(accessKey.bytes().length);
        in.write(accessKey.bytes());
        in.flush();
        await("done", out, said);
        String made = rotated.current().replaceAll(".*\"password\":\"|\"}", "");
        canary(Canary.of("made by rotation", made.getBytes(UTF_8)));
        await("dumped", out, said);
      } finally {
        child.destroyForcibly().waitFor();
      }
    }
    Scan scan = new Scan(canaries);
    Map<String, Integer> found = new TreeMap<>();
    add("heap dump", scan.files(dump), found);
    add("log", scan.files(log), found);
    add("output", scan.bytes(said.toString().getBytes(UTF_8)), found);
    assertThat(Files.size(log)).isGreaterThan(1000);
    return found;
  }

  /** One secret of each form, and one for each way in which a call fails. */
  private AwsServer.Held fill(AwsServer server) {
    String json = "{\"username\":\"app\",\"password\":\"%s\"}";
    hold(server, "json", json.formatted(canary(Canary.text("json")).json()));
    hold(server, "plain", canary(Canary.text("plain")).text());
    hold(server, "token", canary(Canary.text("token")).text()).tag("kind", "token");
    byte[] bytes = canary(Canary.text("binary")).bytes();
    hold(server, "binary", "")
        .version("b", "SecretBinary", Base64.getEncoder().encodeToString(bytes), "AWSCURRENT");
    Canary key = canary(Canary.letters("private key"));
    Canary passphrase = canary(Canary.text("passphrase"));
    hold(
            server,
            "key",
            "{\"private_key\":\"%s\",\"passphrase\":\"%s\"}"
                .formatted((key.text() + "\\n").repeat(100), passphrase.json()))
        .tag("kind", "private-key");
    AwsServer.Held refused = hold(server, "refused", canary(Canary.text("refused")).text());
    refused.status = 500;
    refused.insteadOfValue =
        "{\"__type\":\"InternalServiceError\",\"Message\":\"no\",\"SecretString\":\"%s\"}"
            .formatted(canary(Canary.text("in a refusal")).json());
    AwsServer.Held cut = hold(server, "cut", canary(Canary.text("cut")).text());
    cut.insteadOfValue =
        "{\"Name\":\"cut\",\"SecretString\":\"%s\","
            .formatted(canary(Canary.text("in half")).json());
    hold(server, "late", canary(Canary.text("late")).text()).valueTakesMillis = 3_000;
    return hold(server, "rotated", json.formatted(canary(Canary.text("before rotation")).json()));
  }

  private static AwsServer.Held hold(AwsServer server, String name, String value) {
    return server.hold(name, value).tag("site", "true");
  }

  private Canary canary(Canary canary) {
    canaries.add(canary);
    return canary;
  }

  private static void add(String where, Map<String, Integer> some, Map<String, Integer> all) {
    some.forEach((what, often) -> all.put(what + " in " + where, often));
  }

  private void await(String wanted, BufferedReader out, StringBuilder said) throws IOException {
    String line = out.readLine();
    while (line != null && !line.equals(wanted)) {
      said.append(line).append('\n');
      line = out.readLine();
    }
    assertThat(line).as(said + Files.readString(temp.resolve("child.err"))).isEqualTo(wanted);
  }

  private Process start(AwsServer server, Path dump, Path log, boolean leaking) throws IOException {
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
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-Dhttp.keepAlive.time.server=1",
            "-Dlogback.configurationFile=" + logback,
            "-cp",
            System.getProperty("java.class.path"),
            LeakChild.class.getName(),
            server.endpoint(),
            dump.toString(),
            leaking ? "leak" : "clean")
        .redirectError(temp.resolve("child.err").toFile())
        .start();
  }
}
