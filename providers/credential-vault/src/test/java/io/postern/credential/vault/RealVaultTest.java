package io.postern.credential.vault;

import static io.postern.credential.vault.Failures.assertFails;
import static io.postern.credential.vault.TestVault.MAYA;
import static io.postern.credential.vault.TestVault.ORDERS;
import static io.postern.credential.vault.TestVault.SHOP;
import static io.postern.credential.vault.TestVault.reveal;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.spi.CallContext;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.credential.RotatesCredentials.RotateRequest;
import io.postern.spi.credential.SignsSshCertificates.SignRequest;
import io.postern.spi.credential.SignsSshCertificates.SignedCertificate;
import io.postern.testing.RequiresProgram;
import io.postern.testing.RequiresProperty;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The protocol's truth: a real Vault or OpenBao, with a token that may mount engines and write
 * policies. {@code -Dvault.address=... -Dvault.token=...}, perhaps {@code -Dvault.namespace=...}
 * and {@code -Dvault.ca=...}. What a test sets up lies below paths of its own, and goes afterwards.
 */
@RequiresProperty({"vault.address", "vault.token"})
class RealVaultTest {
  private static final InstantSource CLOCK = InstantSource.system();

  private final String address = System.getProperty("vault.address", "");
  private final String unique = "postern-test-" + UUID.randomUUID().toString().substring(0, 8);
  private final Optional<String> namespace =
      Optional.ofNullable(System.getProperty("vault.namespace"));
  private final Optional<String> authority = Optional.ofNullable(System.getProperty("vault.ca"));
  private final Deque<String> mounts = new ArrayDeque<>();
  private HttpClient http;

  @BeforeEach
  void connect() throws Exception {
    HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1);
    if (authority.isPresent()) {
      builder.sslContext(trusting(Path.of(authority.get())));
    }
    http = builder.build();
  }

  /** What the provider trusts too, by its setting. */
  private static SSLContext trusting(Path authorities) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    try (InputStream in = Files.newInputStream(authorities)) {
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("authority-" + trusted.size(), one);
      }
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  @AfterEach
  void cleanUp() throws Exception {
    for (String path : mounts) {
      api("DELETE", path, "");
    }
  }

  private String api(String method, String path, String body) throws Exception {
    return send(request(method, path, body), method + " " + path);
  }

  private HttpRequest.Builder request(String method, String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(address + "/v1/" + path))
            .timeout(Duration.ofSeconds(20))
            .header("X-Vault-Token", System.getProperty("vault.token", ""))
            .method(method, HttpRequest.BodyPublishers.ofString(body));
    namespace.ifPresent(name -> request.header("X-Vault-Namespace", name));
    return request;
  }

  private String send(HttpRequest.Builder request, String what) throws Exception {
    HttpResponse<String> response =
        http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(what + ": " + response.body()).isLessThan(300);
    return response.body();
  }

  private String mount(String type, String options) throws Exception {
    String path = unique + "-" + type;
    api("POST", "sys/mounts/" + path, "{\"type\": \"" + type + "\"" + options + "}");
    mounts.push("sys/mounts/" + path);
    return path;
  }

  /** Where it is, and whom to trust there; how to log on is each test's. */
  private Settings place() {
    Settings settings = Settings.with("address", address).and("allow-plain-http", "true");
    if (namespace.isPresent()) {
      settings = settings.and("namespace", namespace.get());
    }
    return authority.isPresent() ? settings.and("ca-file", authority.get()) : settings;
  }

  private Settings settings() {
    return place().and("token", TestVault.secret(System.getProperty("vault.token", "")));
  }

  private static VaultProvider provider(Settings settings) {
    return (VaultProvider) new VaultProviderFactory().create(settings, TestVault.context(CLOCK));
  }

  private static CallContext call(String callId) {
    return new CallContext(
        MAYA, Optional.empty(), Optional.empty(), "test", callId, CLOCK.instant().plusSeconds(20));
  }

  private static Lent resolve(VaultProvider provider, String key) {
    return provider.resolve(new ResolveRequest(key, ORDERS, call("call-" + key)));
  }

  private static String text(String json, String field) {
    Matcher matcher = Pattern.compile("\"" + field + "\":\\s*\"([^\"]+)\"").matcher(json);
    assertThat(matcher.find()).as(field).isTrue();
    return matcher.group(1);
  }

  @Test
  void keyValueVersionTwo_isFoundReadVersionedAndRotated() throws Exception {
    String kv = mount("kv", ", \"options\": {\"version\": \"2\"}");
    String path = kv + "/data/postern/orders";
    // The engine upgrades itself for a moment after it was mounted.
    await(() -> api("POST", path, "{\"data\": {\"username\": \"app\", \"password\": \"first\"}}"));
    api(
        "POST",
        kv + "/metadata/postern/orders",
        "{\"custom_metadata\": {\"postern-item\": \"orders-db\", \"postern-label\": \"groß\"}}");
    try (VaultProvider provider = provider(settings().and("kv-mount", kv))) {
      assertThat(provider.health(new HealthCheck(CLOCK.instant().plusSeconds(20))).usable())
          .isTrue();
      assertThat(provider.find(new FindRequest(ORDERS, "", call("f"))))
          .extracting(FoundCredential::key, FoundCredential::label)
          .containsExactly(org.assertj.core.groups.Tuple.tuple("kv:postern/orders", "groß"));
      assertThat(provider.find(new FindRequest(SHOP, "", call("f")))).isEmpty();
      assertThat(TestVault.password(resolve(provider, "kv:postern/orders"))).isEqualTo("first");
      assertFails(() -> resolve(provider, "kv:postern/none"), Failure.NOT_FOUND);

      String[] next = new String[1];
      RotateRequest rotation =
          new RotateRequest(
              "kv:postern/orders",
              ORDERS,
              Optional.of(change -> next[0] = reveal(change.next())),
              call("rotate-1"));
      provider.rotate(rotation);
      provider.rotate(rotation);
      assertThat(TestVault.password(resolve(provider, "kv:postern/orders"))).isEqualTo(next[0]);
      api("DELETE", path, "");
      assertFails(() -> resolve(provider, "kv:postern/orders"), Failure.NOT_FOUND, "deleted");
      assertThat(provider.find(new FindRequest(ORDERS, "", call("f")))).isEmpty();
    }
  }

  private interface Attempt {
    void make() throws Exception;
  }

  private static void await(Attempt attempt) throws Exception {
    Instant end = Instant.now().plusSeconds(15);
    while (true) {
      try {
        attempt.make();
        return;
      } catch (AssertionError e) {
        if (Instant.now().isAfter(end)) {
          throw e;
        }
      }
    }
  }

  @Test
  void keyValueVersionOne_isListedAndRead() throws Exception {
    String kv = mount("kv", ", \"options\": {\"version\": \"1\"}");
    api("POST", kv + "/hosts/orders-db/root", "{\"password\": \"v1\"}");
    try (VaultProvider provider =
        provider(
            settings()
                .and("kv-mount", kv)
                .and("kv-version", "1")
                .and("kv-paths", "hosts/{item}/"))) {
      assertThat(provider.find(new FindRequest(ORDERS, "", call("f"))))
          .extracting(FoundCredential::key)
          .containsExactly("kv:hosts/orders-db/root");
      assertThat(TestVault.password(resolve(provider, "kv:hosts/orders-db/root"))).isEqualTo("v1");
    }
  }

  @Test
  void appRole_logsOn_andAWrongSecretIdIsDenied() throws Exception {
    String auth = unique + "-approle";
    api("POST", "sys/auth/" + auth, "{\"type\": \"approle\"}");
    mounts.push("sys/auth/" + auth);
    String kv = mount("kv", ", \"options\": {\"version\": \"1\"}");
    api("POST", kv + "/root", "{\"password\": \"pw\"}");
    api(
        "PUT",
        "sys/policies/acl/" + unique,
        "{\"policy\": \"path \\\""
            + kv
            + "/*\\\" { capabilities = [\\\"read\\\", \\\"list\\\"] }\"}");
    mounts.push("sys/policies/acl/" + unique);
    api("POST", "auth/" + auth + "/role/r", "{\"token_policies\": \"" + unique + "\"}");
    String roleId = text(api("GET", "auth/" + auth + "/role/r/role-id", ""), "role_id");
    String secretId = text(api("POST", "auth/" + auth + "/role/r/secret-id", ""), "secret_id");
    Settings settings =
        place()
            .and("log-on", "approle")
            .and("auth-mount", auth)
            .and("role-id", roleId)
            .and("kv-mount", kv)
            .and("kv-version", "1")
            .and("kv-paths", "root for everyone; other for everyone");
    try (Secret id = TestVault.secret(secretId);
        VaultProvider provider = provider(settings.and("secret-id", id))) {
      assertThat(TestVault.password(resolve(provider, "kv:root"))).isEqualTo("pw");
      assertFails(() -> resolve(provider, "kv:other"), Failure.NOT_FOUND);
    }
    try (VaultProvider provider =
        provider(settings.and("secret-id", TestVault.secret("no-such-secret-id")))) {
      assertFails(() -> resolve(provider, "kv:root"), Failure.DENIED, "refuses the log-on");
    }
  }

  @RequiresProgram(value = "ssh-keygen", debianPackage = "openssh-client")
  @Test
  void ssh_signsKeysAndGivesOneTimePasswords(@TempDir Path folder) throws Exception {
    String ssh = mount("ssh", "");
    api("POST", ssh + "/config/ca", "{\"generate_signing_key\": true}");
    api(
        "POST",
        ssh + "/roles/sign",
        "{\"key_type\": \"ca\", \"allow_user_certificates\": true, \"allowed_users\": \"ubuntu\","
            + " \"algorithm_signer\": \"rsa-sha2-256\", \"max_ttl\": \"1h\"}");
    api(
        "POST",
        ssh + "/roles/otp",
        "{\"key_type\": \"otp\", \"default_user\": \"app\", \"cidr_list\": \"127.0.0.0/8\"}");
    Path key = folder.resolve("key");
    new ProcessBuilder("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key.toString())
        .start()
        .waitFor();
    try (VaultProvider provider =
        provider(
            settings()
                .and("kv-paths", "")
                .and("ssh-mount", ssh)
                .and("ssh-otp-roles", "otp for everyone")
                .and("ssh-sign-roles", "sign as ubuntu for everyone"))) {
      assertThat(provider.find(new FindRequest(ORDERS, "", call("f")))).hasSize(2);
      Instant until = CLOCK.instant().plusSeconds(300);
      SignedCertificate certificate =
          provider.sign(
              new SignRequest(
                  "ssh-sign:sign:ubuntu",
                  ORDERS,
                  Files.readString(folder.resolve("key.pub")),
                  until,
                  call("s")));
      assertThat(certificate.lease().expiresAt().orElseThrow())
          .isBetween(until.minusSeconds(60), until.plusSeconds(60));
      Lent lent = resolve(provider, "ssh-otp:otp:app");
      assertThat(TestVault.password(lent)).isNotBlank();
      ReleaseRequest release =
          new ReleaseRequest(
              "ssh-otp:otp:app", lent.lease().reference(), call("call-ssh-otp:otp:app"));
      provider.release(release);
      provider.release(release);
    }
  }

  @Test
  void responseWrapping_isUnwrappedOnce() throws Exception {
    HttpRequest.Builder request =
        request("POST", "auth/token/create", "{\"ttl\": \"60s\"}").header("X-Vault-Wrap-TTL", "60");
    String wrapping = text(send(request, "wrapping a token"), "token");
    Settings settings = place().and("wrapped-token", TestVault.secret(wrapping));
    try (VaultProvider provider = provider(settings)) {
      assertThat(provider.health(new HealthCheck(CLOCK.instant().plusSeconds(20))).usable())
          .isTrue();
    }
    try (VaultProvider provider = provider(settings)) {
      assertFails(() -> resolve(provider, "kv:postern/x"), Failure.DENIED, "somebody has it");
    }
  }

  @Test
  void databaseRole_whoseEngineIsNotMounted_isMisconfigured() {
    try (VaultProvider provider =
        provider(
            settings()
                .and("kv-paths", "")
                .and("database-mount", unique)
                .and("database-roles", "ro for everyone"))) {
      assertFails(
          () -> provider.find(new FindRequest(ORDERS, "", call("f"))), Failure.MISCONFIGURED);
    }
  }

  @Test
  void credential_isClosedByWhoGotIt() throws Exception {
    String kv = mount("kv", ", \"options\": {\"version\": \"1\"}");
    api("POST", kv + "/root", "{\"password\": \"pw\"}");
    try (VaultProvider provider =
        provider(
            settings()
                .and("kv-mount", kv)
                .and("kv-version", "1")
                .and("kv-paths", "root for everyone"))) {
      Credential credential = resolve(provider, "kv:root").credential();
      credential.close();
      assertThat(credential.secrets()).allMatch(Secret::isClosed);
    }
  }
}
