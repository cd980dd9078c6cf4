package io.postern.credential.vault;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static io.postern.credential.vault.Failures.assertNothingDone;
import static io.postern.credential.vault.TestVault.MAYA;
import static io.postern.credential.vault.TestVault.ORDERS;
import static io.postern.credential.vault.TestVault.password;
import static io.postern.credential.vault.TestVault.secret;
import static io.postern.credential.vault.TestVault.stub;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.spi.Settings;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogOnTest {
  private static final String KEY = "kv:postern/orders";

  @TempDir Path directory;
  private final TestVault vault = new TestVault();

  /** A secret that is read only with this token; any other is refused as Vault does. */
  @BeforeEach
  void secretBehindToken() {
    readableWith("s.second");
    vault.on("GET", "secret/data/postern/refused", 403, PERMISSION_DENIED);
  }

  private static final String PERMISSION_DENIED =
      "{\"errors\": [\"1 error occurred:\\n\\t* permission denied\\n\\n\"]}";

  private void readableWith(String token) {
    vault.on("GET", "secret/data/postern/orders", 403, PERMISSION_DENIED);
    vault.server.stubFor(
        stub("GET", "secret/data/postern/orders", 200, KvTest.secretOf("app", "pw-1"))
            .withHeader("X-Vault-Token", equalTo(token)));
  }

  /** https://developer.hashicorp.com/vault/api-docs/auth/approle#login-with-approle */
  private static String granted(String token, int seconds) {
    return """
    {"auth": {"renewable": true, "lease_duration": %d, "metadata": {},
      "token_policies": ["default"], "policies": ["default"],
      "accessor": "fd6c9a00-d2dc-3b11-0be5-af7ae0e1d374", "client_token": "%s"},
     "warnings": null, "wrap_info": null, "data": null, "lease_duration": 0,
     "renewable": false, "lease_id": ""}
    """
        .formatted(seconds, token);
  }

  @AfterEach
  void stop() {
    vault.close();
  }

  private Settings by(String way) {
    return Settings.with("address", vault.address()).and("log-on", way);
  }

  private Settings byAppRole() {
    return by("approle")
        .and("role-id", "db02de05-fa39-4855-059b-67221c5c2f63")
        .and("secret-id", secret("6a174c20-f6de-a53c-74d2-6018fcceff64"));
  }

  private String read(VaultProvider provider) {
    return password(provider.resolve(vault.resolve(KEY)));
  }

  @Test
  void token_isSentWithEveryRequest_inTheNamespace() {
    readableWith(TestVault.TOKEN);
    try (VaultProvider provider = vault.provider(vault.settings().and("namespace", "team-a"))) {
      assertThat(read(provider)).isEqualTo("pw-1");
    }
    assertThat(vault.last("GET", "secret/data/postern/orders").getHeader("X-Vault-Namespace"))
        .isEqualTo("team-a");
    assertThat(vault.last("GET", "secret/data/postern/orders").getHeader("X-Vault-Request"))
        .isEqualTo("true");
  }

  @Test
  void tokenThatVaultDoesNotKnow_isSaidSo_andNotShown() {
    vault.on("GET", "auth/token/lookup-self", 403, PERMISSION_DENIED);
    try (VaultProvider provider = vault.provider()) {
      assertThat(assertNothingDone(() -> read(provider), Failure.DENIED, "does not know the token"))
          .hasMessageNotContaining(TestVault.TOKEN);
      assertThat(provider.health(vault.health()).usable()).isFalse();
    }
  }

  @Test
  void appRole_logsOnOnce_andUsesTheTokenItGets() {
    vault.on("POST", "auth/approle/login", 200, granted("s.second", 1200));
    try (VaultProvider provider = vault.provider(byAppRole())) {
      assertThat(read(provider)).isEqualTo("pw-1");
      assertThat(read(provider)).isEqualTo("pw-1");
    }
    assertThat(vault.asked("POST", "auth/approle/login")).isEqualTo(1);
    assertThat(vault.last("POST", "auth/approle/login").getBodyAsString())
        .isEqualTo(
            "{\"role_id\":\"db02de05-fa39-4855-059b-67221c5c2f63\","
                + "\"secret_id\":\"6a174c20-f6de-a53c-74d2-6018fcceff64\"}");
    assertThat(vault.last("POST", "auth/approle/login").containsHeader("X-Vault-Token")).isFalse();
  }

  @Test
  void logOnThatIsRefused_isADenial() {
    vault.on("POST", "auth/approle/login", 400, "{\"errors\": [\"invalid role or secret ID\"]}");
    try (VaultProvider provider = vault.provider(byAppRole())) {
      assertNothingDone(() -> read(provider), Failure.DENIED, "auth/approle", "refuses the log-on");
    }
  }

  /** https://developer.hashicorp.com/vault/api-docs/auth/kubernetes#login */
  @Test
  void kubernetes_readsTheServiceAccountsTokenAtEachLogOn() throws Exception {
    vault.on("POST", "auth/k8s-eu/login", 200, granted("s.second", 60));
    Path file = Files.writeString(directory.resolve("token"), "eyJhbGciOi.first\n");
    Settings settings =
        by("kubernetes")
            .and("auth-mount", "k8s-eu")
            .and("kubernetes-role", "postern")
            .and("kubernetes-token-file", file);
    try (VaultProvider provider = vault.provider(settings)) {
      read(provider);
      assertThat(vault.last("POST", "auth/k8s-eu/login").getBodyAsString())
          .isEqualTo("{\"role\":\"postern\",\"jwt\":\"eyJhbGciOi.first\"}");

      Files.writeString(file, "eyJhbGciOi.second\n");
      vault.clock.advance(Duration.ofSeconds(61));
      read(provider);
      assertThat(vault.last("POST", "auth/k8s-eu/login").getBodyAsString()).contains("second");

      Files.delete(file);
      vault.clock.advance(Duration.ofSeconds(61));
      assertNothingDone(() -> read(provider), Failure.MISCONFIGURED, "cannot be read");

      Files.write(file, new byte[] {'e', 'y', (byte) 0xe4});
      assertNothingDone(() -> read(provider), Failure.MISCONFIGURED, "holds no token");
    }
  }

  /** https://developer.hashicorp.com/vault/api-docs/auth/token#renew-a-token-self */
  @Test
  void token_isRenewedWhenTwoThirdsOfItsLifeAreOver() {
    vault.on("POST", "auth/approle/login", 200, granted("s.second", 900));
    vault.on("POST", "auth/token/renew-self", 200, granted("s.second", 900));
    try (VaultProvider provider = vault.provider(byAppRole())) {
      read(provider);
      vault.clock.advance(Duration.ofSeconds(599));
      read(provider);
      assertThat(vault.asked("POST", "auth/token/renew-self")).isZero();
      vault.clock.advance(Duration.ofSeconds(2));
      read(provider);
      assertThat(vault.asked("POST", "auth/token/renew-self")).isEqualTo(1);
      vault.clock.advance(Duration.ofSeconds(599));
      read(provider);
      assertThat(vault.asked("POST", "auth/token/renew-self")).isEqualTo(1);
    }
    assertThat(vault.asked("POST", "auth/approle/login")).isEqualTo(1);
  }

  @Test
  void renewalThatFails_letsTheCallGoOnWithTheTokenThereIs() {
    vault.on("POST", "auth/approle/login", 200, granted("s.second", 900));
    vault.on("POST", "auth/token/renew-self", 500, "{\"errors\": [\"internal error\"]}");
    try (VaultProvider provider = vault.provider(byAppRole())) {
      read(provider);
      vault.clock.advance(Duration.ofSeconds(700));
      assertThat(read(provider)).isEqualTo("pw-1");
      read(provider);
      assertThat(vault.asked("POST", "auth/token/renew-self")).as("not at each call").isEqualTo(1);
    }
  }

  @Test
  void tokenThatHasEnded_isReplacedByAnotherLogOn() {
    vault.on("POST", "auth/approle/login", 200, granted("s.second", 60));
    try (VaultProvider provider = vault.provider(byAppRole())) {
      read(provider);
      vault.clock.advance(Duration.ofSeconds(61));
      assertThat(read(provider)).isEqualTo("pw-1");
    }
    assertThat(vault.asked("POST", "auth/approle/login")).isEqualTo(2);
  }

  @Test
  void tokenThatVaultForgot_isReplaced_andTheRequestMadeAgain() {
    vault.on("POST", "auth/approle/login", 200, granted("s.first", 1200));
    readableWith("s.first");
    try (VaultProvider provider = vault.provider(byAppRole())) {
      read(provider);
      vault.on("POST", "auth/approle/login", 200, granted("s.second", 1200));
      vault.on("GET", "auth/token/lookup-self", 403, PERMISSION_DENIED);
      readableWith("s.second");
      assertThat(read(provider)).isEqualTo("pw-1");
    }
  }

  @Test
  void refusalOfAGoodToken_isADenial_andNoOtherLogOn() {
    vault.on("POST", "auth/approle/login", 200, granted("s.second", 1200));
    try (VaultProvider provider = vault.provider(byAppRole())) {
      assertNothingDone(
          () -> provider.resolve(vault.resolve("kv:postern/refused")),
          Failure.DENIED,
          "check its policies");
    }
    assertThat(vault.asked("POST", "auth/approle/login")).isEqualTo(1);
    assertThat(vault.asked("GET", "secret/data/postern/refused")).isEqualTo(1);
  }

  @Test
  void manyThreads_logOnOnce() throws Exception {
    vault.server.stubFor(
        stub("POST", "auth/approle/login", 200, granted("s.second", 1200))
            .willReturn(
                com.github.tomakehurst.wiremock.client.WireMock.okJson(granted("s.second", 1200))
                    .withFixedDelay(200)));
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (VaultProvider provider = vault.provider(byAppRole())) {
      List<Future<String>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(threads.submit(() -> read(provider)));
      }
      for (Future<String> one : all) {
        assertThat(one.get()).isEqualTo("pw-1");
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(vault.asked("POST", "auth/approle/login")).isEqualTo(1);
  }

  /** https://developer.hashicorp.com/vault/api-docs/system/wrapping-lookup */
  private void wrapped(String madeAt) {
    vault.on(
        "POST",
        "sys/wrapping/lookup",
        200,
        """
        {"request_id": "481320f5-fdf8-885d-8050-65fa767fd19b", "lease_id": "",
         "lease_duration": 0, "renewable": false,
         "data": {"creation_path": "%s", "creation_time": "2016-09-28T14:16:13.07103516-04:00",
           "creation_ttl": 300}, "warnings": null}
        """
            .formatted(madeAt));
  }

  /** https://developer.hashicorp.com/vault/api-docs/system/wrapping-unwrap */
  @Test
  void wrappedSecretId_isUnwrappedOnce_andServesLaterLogOns() {
    wrapped("auth/approle/role/postern/secret-id");
    vault.on(
        "POST",
        "sys/wrapping/unwrap",
        200,
        "{\"data\": {\"secret_id\": \"the-secret-id\", \"secret_id_accessor\": \"a\"}}");
    vault.on("POST", "auth/approle/login", 200, granted("s.second", 60));
    Settings settings =
        by("approle").and("role-id", "r").and("wrapped-secret-id", secret("s.wrapping"));
    try (VaultProvider provider = vault.provider(settings)) {
      read(provider);
      vault.clock.advance(Duration.ofSeconds(61));
      read(provider);
    }
    assertThat(vault.asked("POST", "sys/wrapping/unwrap")).isEqualTo(1);
    assertThat(vault.last("POST", "sys/wrapping/unwrap").getHeader("X-Vault-Token"))
        .isEqualTo("s.wrapping");
    assertThat(vault.last("POST", "auth/approle/login").getBodyAsString())
        .isEqualTo("{\"role_id\":\"r\",\"secret_id\":\"the-secret-id\"}");
  }

  @Test
  void wrappedToken_isUnwrapped_andWhenItEndsSomebodyMustGiveAnother() {
    wrapped("auth/token/create");
    vault.on("POST", "sys/wrapping/unwrap", 200, granted("s.second", 60));
    Settings settings =
        Settings.with("address", vault.address()).and("wrapped-token", secret("s.wrapping"));
    try (VaultProvider provider = vault.provider(settings)) {
      assertThat(read(provider)).isEqualTo("pw-1");
      vault.clock.advance(Duration.ofSeconds(61));
      assertNothingDone(() -> read(provider), Failure.DENIED, "give a new one");
    }
  }

  @Test
  void wrappingTokenThatWasUsedBefore_isAnAlarm() {
    vault.on(
        "POST",
        "sys/wrapping/lookup",
        400,
        "{\"errors\": [\"wrapping token is not valid or does not exist\"]}");
    Settings settings =
        Settings.with("address", vault.address()).and("wrapped-token", secret("s.wrapping"));
    try (VaultProvider provider = vault.provider(settings)) {
      assertNothingDone(() -> read(provider), Failure.DENIED, "somebody has it");
    }
  }

  @Test
  void wrappingTokenMadeElsewhere_isNotUnwrapped() {
    wrapped("sys/wrapping/wrap");
    Settings settings =
        Settings.with("address", vault.address()).and("wrapped-token", secret("s.wrapping"));
    try (VaultProvider provider = vault.provider(settings)) {
      assertNothingDone(() -> read(provider), Failure.DENIED, "exchanged on its way");
    }
    assertThat(vault.asked("POST", "sys/wrapping/unwrap")).isZero();
  }

  @Rule("ECM-6")
  @Test
  void logOnThatHangs_endsWithTheCall() {
    vault.server.stubFor(
        stub("POST", "auth/approle/login", 200, granted("s.second", 1200))
            .willReturn(
                com.github.tomakehurst.wiremock.client.WireMock.okJson("{}")
                    .withFixedDelay(5_000)));
    try (VaultProvider provider = vault.provider(byAppRole())) {
      assertNothingDone(
          () ->
              provider.resolve(
                  new io.postern.spi.credential.ResolveRequest(
                      KEY, ORDERS, vault.call(MAYA, "c", Duration.ofMillis(300)))),
          Failure.TIMED_OUT);
    }
  }
}
