package io.postern.credential.vault;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static io.postern.credential.vault.Failures.assertNothingDone;
import static io.postern.credential.vault.TestVault.password;
import static io.postern.credential.vault.TestVault.secret;
import static io.postern.credential.vault.TestVault.stub;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.postern.spi.Settings;
import io.postern.spi.credential.ProviderException.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsTest {
  private static final String KEY = "kv:postern/db";
  @TempDir static Path folder;
  private static Certificates certificates;

  @BeforeAll
  static void makeCertificates() throws Exception {
    certificates = new Certificates(folder);
  }

  static WireMockConfiguration encrypted(Certificates certificates, String alias) {
    return options()
        .dynamicPort()
        .dynamicHttpsPort()
        .keystorePath(certificates.store(alias).toString())
        .keystoreType("PKCS12")
        .keystorePassword(Certificates.PASSWORD)
        .keyManagerPassword(Certificates.PASSWORD);
  }

  private static TestVault vault(WireMockConfiguration options) {
    TestVault vault = new TestVault(options);
    vault.on("GET", "secret/data/postern/db", 200, KvTest.secretOf("app", "pw-1"));
    return vault;
  }

  private static String address(TestVault vault) {
    return "https://127.0.0.1:" + vault.server.httpsPort();
  }

  private static Settings settings(TestVault vault) {
    return Settings.with("address", address(vault))
        .and("ca-file", certificates.pem("ca"))
        .and("token", secret(TestVault.TOKEN));
  }

  @Test
  void ownAuthority_isTrusted() {
    try (TestVault vault = vault(encrypted(certificates, "server"));
        VaultProvider provider = vault.provider(settings(vault))) {
      for (int i = 0; i < 20; i++) {
        assertThat(password(provider.resolve(vault.resolve(KEY)))).isEqualTo("pw-1");
      }
      vault.on("GET", "secret/data/postern/db", 200, KvTest.secretOf("app", "x".repeat(100_000)));
      assertThat(password(provider.resolve(vault.resolve(KEY)))).hasSize(100_000);
      assertThat(provider.health(vault.health()).usable()).isTrue();
    }
  }

  @Test
  void strangersAndOtherNames_areNotTalkedTo() {
    try (TestVault vault = vault(encrypted(certificates, "server"));
        VaultProvider provider =
            vault.provider(
                Settings.with("address", address(vault)).and("token", secret("hvs.x")))) {
      assertNothingDone(
          () -> provider.resolve(vault.resolve(KEY)), Failure.MISCONFIGURED, "not trusted");
      assertThat(vault.askedInAll()).isZero();
    }
    try (TestVault vault = vault(encrypted(certificates, "elsewhere"));
        VaultProvider provider = vault.provider(settings(vault))) {
      assertNothingDone(
          () -> provider.resolve(vault.resolve(KEY)), Failure.MISCONFIGURED, "another name");
      assertThat(vault.askedInAll()).isZero();
    }
  }

  @Test
  void serverWithoutTls_isUnavailable() {
    try (TestVault vault = vault(encrypted(certificates, "server"));
        VaultProvider provider =
            vault.provider(
                settings(vault).and("address", "https://127.0.0.1:" + vault.server.port()))) {
      assertNothingDone(() -> provider.resolve(vault.resolve(KEY)), Failure.UNAVAILABLE);
    }
  }

  @Test
  void filesThatCannotBeUsed_areSaidSo() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "no certificate");
    try (TestVault vault = vault(encrypted(certificates, "server"))) {
      for (Path file : new Path[] {text, folder.resolve("missing")}) {
        try (VaultProvider provider = vault.provider(settings(vault).and("ca-file", file))) {
          assertNothingDone(
              () -> provider.resolve(vault.resolve(KEY)), Failure.MISCONFIGURED, file.toString());
          assertThat(provider.health(vault.health()).usable()).isFalse();
        }
      }
    }
  }

  @Test
  void authorityThatIsExchangedOnTheDisk_isReadAnew() throws Exception {
    Path file = Files.copy(certificates.pem("elsewhere"), folder.resolve("changing.pem"));
    try (TestVault vault = vault(encrypted(certificates, "server"));
        VaultProvider provider = vault.provider(settings(vault).and("ca-file", file))) {
      assertThat(provider.health(vault.health()).usable()).isFalse();
      Files.copy(certificates.pem("ca"), file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
      Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2030-01-01T00:00:00Z")));
      assertThat(provider.health(vault.health()).usable()).isTrue();
    }
  }

  /** https://developer.hashicorp.com/vault/api-docs/auth/cert#login-with-tls-certificate-method */
  @Test
  void clientCertificate_logsOn() throws Exception {
    WireMockConfiguration options =
        encrypted(certificates, "server")
            .needClientAuth(true)
            .trustStorePath(certificates.store("server").toString())
            .trustStoreType("PKCS12")
            .trustStorePassword(Certificates.PASSWORD);
    try (TestVault vault = vault(options)) {
      vault.on(
          "POST",
          "auth/cert/login",
          200,
          "{\"auth\": {\"client_token\": \"cf95f87d-f95b-47ff-b1f5-ba7bff850425\","
              + " \"policies\": [\"web\"], \"lease_duration\": 3600, \"renewable\": true}}");
      Settings settings =
          Settings.with("address", address(vault))
              .and("ca-file", certificates.pem("ca"))
              .and("log-on", "certificate")
              .and("certificate-role", "web")
              .and("client-certificate-file", certificates.pem("client"))
              .and("client-key-file", certificates.key("client"));
      try (VaultProvider provider = vault.provider(settings)) {
        assertThat(password(provider.resolve(vault.resolve(KEY)))).isEqualTo("pw-1");
      }
      assertThat(vault.last("POST", "auth/cert/login").getBodyAsString())
          .isEqualTo("{\"name\":\"web\"}");
      try (VaultProvider provider = vault.provider(settings(vault))) {
        assertNothingDone(() -> provider.resolve(vault.resolve(KEY)), Failure.UNAVAILABLE);
      }
    }
  }

  private static void standby(TestVault vault, String location) {
    vault.server.stubFor(
        stub("GET", "secret/data/postern/db", 307, "")
            .willReturn(aResponse().withStatus(307).withHeader("Location", location)));
  }

  /** https://developer.hashicorp.com/vault/docs/concepts/ha#client-redirection */
  @Test
  void standby_namesTheLeader_whoIsFollowedWithTheSameTrust() {
    try (TestVault leader = vault(encrypted(certificates, "server"));
        TestVault stranger = vault(encrypted(certificates, "elsewhere"));
        TestVault vault = vault(encrypted(certificates, "server"));
        VaultProvider provider = vault.provider(settings(vault))) {
      standby(vault, address(leader) + "/v1/secret/data/postern/db");
      assertThat(password(provider.resolve(vault.resolve(KEY)))).isEqualTo("pw-1");
      assertThat(leader.last("GET", "secret/data/postern/db").getHeader("X-Vault-Token"))
          .isEqualTo(TestVault.TOKEN);

      standby(vault, address(stranger) + "/v1/secret/data/postern/db");
      assertNothingDone(() -> provider.resolve(vault.resolve(KEY)), Failure.MISCONFIGURED);
      standby(vault, "http://127.0.0.1:" + leader.server.port() + "/v1/secret/data/postern/db");
      assertNothingDone(
          () -> provider.resolve(vault.resolve(KEY)), Failure.MISCONFIGURED, "could be anybody");
      assertThat(stranger.askedInAll()).isZero();
      assertThat(leader.askedInAll()).isEqualTo(1);

      standby(vault, address(vault) + "/v1/secret/data/postern/db");
      assertNothingDone(
          () -> provider.resolve(vault.resolve(KEY)), Failure.MISCONFIGURED, "names another one");
    }
  }
}
