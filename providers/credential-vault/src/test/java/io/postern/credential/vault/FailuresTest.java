package io.postern.credential.vault;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static io.postern.credential.vault.Failures.assertFails;
import static io.postern.credential.vault.Failures.assertNothingDone;
import static io.postern.credential.vault.TestVault.MAYA;
import static io.postern.credential.vault.TestVault.ORDERS;
import static io.postern.credential.vault.TestVault.stub;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.http.Fault;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.ResolveRequest;
import io.postern.testing.Rule;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What Vault's statuses become.
 *
 * @see "https://developer.hashicorp.com/vault/api-docs#http-status-codes"
 * @see "https://developer.hashicorp.com/vault/api-docs/system/health"
 */
class FailuresTest {
  private static final String READ = "kv:postern/db";
  private static final String DRAW = "database:orders-db-ro";

  private final TestVault vault = new TestVault();

  @AfterEach
  void stop() {
    vault.close();
  }

  private VaultProvider provider() {
    return vault.provider(
        vault.settings().and("kv-paths", "postern/").and("database-roles", "{item}-ro"));
  }

  @Rule({"ECM-7", "ECM-9"})
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | invalid request                        | MISCONFIGURED | true",
        "403 | 1 error occurred: permission denied     | DENIED        | true",
        "404 |                                         | NOT_FOUND     | true",
        "404 | no handler for route 'database'         | MISCONFIGURED | true",
        "405 | unsupported operation                   | MISCONFIGURED | true",
        "412 | required index state not present        | UNAVAILABLE   | true",
        "429 | rate limit quota exceeded               | THROTTLED     | true",
        "472 |                                         | UNAVAILABLE   | true",
        "473 |                                         | UNAVAILABLE   | true",
        "500 | internal error                          | UNAVAILABLE   | false",
        "501 |                                         | UNAVAILABLE   | true",
        "502 | dial tcp: connection refused            | UNAVAILABLE   | false",
        "503 | Vault is sealed                         | UNAVAILABLE   | true",
        "503 |                                         | UNAVAILABLE   | false",
        "504 |                                         | UNAVAILABLE   | false",
        "301 |                                         | MISCONFIGURED | true",
      })
  void status_becomesOneOfTheClosedSet_andSaysWhatIsKnown(
      int status, String words, Failure failure, boolean withoutEffect) {
    String body = "{\"errors\": [" + (words == null ? "" : "\"" + words + "\"") + "]}";
    vault.on("GET", "database/creds/orders-db-ro", status, body);
    vault.on("GET", "secret/data/postern/db", status, body);
    try (VaultProvider provider = provider()) {
      ProviderException drawn = assertFails(() -> provider.resolve(vault.resolve(DRAW)), failure);
      assertThat(drawn.isWithoutEffect()).isEqualTo(withoutEffect);
      assertThat(drawn.logText()).contains("status=" + status);
      // What only reads has no effect, whatever happens.
      assertNothingDone(() -> provider.resolve(vault.resolve(READ)), failure);
    }
  }

  @Test
  void wordsOfVault_areRepeatedOnlyWhenTheyAreKnownToBeHarmless() {
    vault.on(
        "GET",
        "database/creds/orders-db-ro",
        500,
        "{\"errors\": [\"postgresql://root:s3cr3t@db: permission denied\"]}");
    try (VaultProvider provider = provider()) {
      ProviderException thrown =
          assertFails(() -> provider.resolve(vault.resolve(DRAW)), Failure.UNAVAILABLE);
      assertThat(thrown.logText()).contains("permission denied").doesNotContain("s3cr3t");
      vault.on(
          "GET", "database/creds/orders-db-ro", 500, "{\"errors\": [\"s3cr3t of another kind\"]}");
      thrown = assertFails(() -> provider.resolve(vault.resolve(DRAW)), Failure.UNAVAILABLE);
      assertThat(thrown.logText()).contains("withheld").doesNotContain("s3cr3t");
    }
  }

  @Rule("ECM-7")
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"{\"data\": {", "<html>welcome</html>", "{\"data\": {}} trailing"})
  void answerThatIsNotVaults_isAFailure_andNeverAnEmptyOne(String body) {
    vault.on("GET", "database/creds/orders-db-ro", 200, body);
    vault.on("GET", "secret/metadata/postern/?list=true", 200, body);
    try (VaultProvider provider = provider()) {
      ProviderException thrown =
          assertFails(() -> provider.resolve(vault.resolve(DRAW)), Failure.UNAVAILABLE);
      assertThat(thrown.isWithoutEffect()).as("something may have been made").isFalse();
      assertNothingDone(
          () -> provider.find(new FindRequest(ORDERS, "", vault.call(MAYA, "c"))),
          Failure.UNAVAILABLE);
    }
  }

  @Test
  void retryAfter_isInTheLog() {
    vault.server.stubFor(
        stub("GET", "secret/data/postern/db", 429, "{\"errors\": []}")
            .willReturn(aResponse().withStatus(429).withHeader("Retry-After", "17")));
    try (VaultProvider provider = provider()) {
      assertThat(
              assertNothingDone(() -> provider.resolve(vault.resolve(READ)), Failure.THROTTLED)
                  .logText())
          .contains("retry-after=17");
    }
  }

  @Rule("ECM-9")
  @Test
  void whatActs_isSentOnce_alsoWhenTheConnectionBreaks() {
    vault.server.stubFor(
        stub("GET", "database/creds/orders-db-ro", 200, "")
            .willReturn(aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER)));
    try (VaultProvider provider = provider()) {
      ProviderException thrown =
          assertFails(() -> provider.resolve(vault.resolve(DRAW)), Failure.UNAVAILABLE);
      assertThat(thrown.isWithoutEffect()).isFalse();
    }
    assertThat(vault.asked("GET", "database/creds/orders-db-ro")).isEqualTo(1);
  }

  @Test
  void health_tellsSealedUninitialisedReplicaAndStandby() {
    String path = "sys/health?perfstandbyok=true&standbyok=true";
    try (VaultProvider provider = provider()) {
      assertThat(provider.health(vault.health()).usable()).isTrue();
      vault.on(
          "GET", path, 200, TestVault.HEALTHY.replace("\"standby\": false", "\"standby\": true"));
      Health standby = provider.health(vault.health());
      assertThat(standby.usable()).isTrue();
      assertThat(standby.detail()).endsWith("a standby");
      vault.on(
          "GET", path, 503, TestVault.HEALTHY.replace("\"sealed\": false", "\"sealed\": true"));
      assertThat(provider.health(vault.health()).detail()).contains("sealed");
      for (int status : new int[] {429, 472, 473, 500, 501, 502}) {
        vault.on("GET", path, status, TestVault.HEALTHY);
        assertThat(provider.health(vault.health()).usable()).as("status " + status).isFalse();
      }
      vault.on("GET", path, 200, "<html>");
      assertThat(provider.health(vault.health()).usable()).isFalse();
      vault.on("GET", path, 200, TestVault.HEALTHY);
      vault.on("GET", "auth/token/lookup-self", 403, "{\"errors\": [\"permission denied\"]}");
      assertThat(provider.health(vault.health()).usable()).as("log-on lost").isFalse();
    }
    assertThat(vault.last("GET", path).containsHeader("X-Vault-Token")).isFalse();
  }

  @Rule("ECM-6")
  @Test
  void deadline_endsEveryWait_andAPassedOneAsksNothing() {
    vault.server.stubFor(
        stub("GET", "secret/data/postern/db", 200, "{}")
            .willReturn(aResponse().withFixedDelay(10_000)));
    try (VaultProvider provider = provider()) {
      provider.health(vault.health());
      long start = System.nanoTime();
      assertNothingDone(
          () -> provider.resolve(asking(READ, Duration.ofMillis(200))), Failure.TIMED_OUT);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
      int before = vault.askedInAll();
      assertNothingDone(() -> provider.resolve(asking(DRAW, Duration.ZERO)), Failure.TIMED_OUT);
      assertThat(vault.askedInAll()).isEqualTo(before);
      assertThat(provider.health(new HealthCheck(vault.clock.instant().minusSeconds(1))).usable())
          .isFalse();
    }
  }

  private ResolveRequest asking(String key, Duration time) {
    return new ResolveRequest(key, ORDERS, vault.call(MAYA, "c", time));
  }

  @Rule("ECM-6")
  @Test
  void interrupt_endsAWait() throws Exception {
    CompletableFuture<Void> reached = new CompletableFuture<>();
    vault.live(
        "/v1/secret/data/postern/db",
        request -> {
          reached.complete(null);
          return aResponse().withStatus(200).withFixedDelay(10_000).build();
        });
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    try (VaultProvider provider = provider()) {
      Thread caller =
          new Thread(
              () -> {
                try {
                  provider.resolve(vault.resolve(READ));
                } catch (ProviderException e) {
                  thrown.set(Thread.currentThread().isInterrupted() ? e : null);
                }
              });
      caller.start();
      reached.get();
      caller.interrupt();
      caller.join(5_000);
      assertThat(caller.isAlive()).isFalse();
      assertThat(thrown.get())
          .isInstanceOfSatisfying(
              ProviderException.class, e -> assertThat(e.failure()).isEqualTo(Failure.TIMED_OUT));
    }
  }

  @Test
  void close_endsCallsUnderWay_andLeavesNoThread() throws Exception {
    CompletableFuture<Void> reached = new CompletableFuture<>();
    vault.live(
        "/v1/secret/data/postern/db",
        request -> {
          reached.complete(null);
          return aResponse().withStatus(200).withFixedDelay(10_000).build();
        });
    Set<Thread> before = threads();
    VaultProvider provider = provider();
    CompletableFuture<Lent> call =
        CompletableFuture.supplyAsync(() -> provider.resolve(vault.resolve(READ)));
    reached.get();
    provider.close();
    provider.close();
    assertThat(call.handle((lent, failure) -> failure.getCause()).get())
        .isInstanceOfSatisfying(
            ProviderException.class, e -> assertThat(e.failure()).isEqualTo(Failure.UNAVAILABLE));
    assertThat(provider.health(vault.health()).usable()).isFalse();
    assertNothingDone(() -> provider.resolve(vault.resolve(READ)), Failure.UNAVAILABLE, "closed");
    assertNothingDone(
        () -> provider.release(vault.release(READ, "", "c")), Failure.UNAVAILABLE, "closed");
    assertThat(threads())
        .filteredOn(thread -> !before.contains(thread))
        .extracting(Thread::getName)
        .noneMatch(name -> name.contains("HttpClient") || name.contains("postern"));
  }

  private static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream().collect(Collectors.toSet());
  }

  @Test
  void chunkedAnswers_areReadToo() {
    vault.server.stubFor(
        stub("GET", "secret/data/postern/db", 200, "")
            .willReturn(
                aResponse()
                    .withStatus(200)
                    .withHeader("Content-Type", "application/json")
                    .withBody(KvTest.secretOf("app", "p".repeat(20_000)))
                    .withChunkedDribbleDelay(7, 100)));
    try (VaultProvider provider = provider()) {
      assertThat(TestVault.password(provider.resolve(vault.resolve(READ)))).hasSize(20_000);
    }
  }
}
