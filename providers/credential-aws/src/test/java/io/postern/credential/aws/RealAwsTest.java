package io.postern.credential.aws;

import static io.postern.credential.aws.Aws.MAYA;
import static io.postern.credential.aws.Aws.OMAR;
import static io.postern.credential.aws.Aws.ORDERS;
import static io.postern.credential.aws.Aws.reveal;
import static io.postern.credential.aws.Aws.rotate;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.spi.Settings;
import io.postern.spi.credential.FoundCredential;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.RequiresProperty;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * The same against AWS or an emulator: {@code -Daws.endpoint=http://127.0.0.1:4566}, and if they
 * differ from the defaults {@code -Daws.region}, {@code -Daws.accessKeyId} and {@code
 * -Daws.secretAccessKey}. For AWS itself the endpoint is {@code
 * https://secretsmanager.<region>.amazonaws.com}. What it makes has a name of its own and is
 * removed.
 */
@RequiresProperty("aws.endpoint")
@Timeout(300)
class RealAwsTest {
  private final String endpoint = System.getProperty("aws.endpoint", "");
  private final String region = System.getProperty("aws.region", "us-east-1");
  private final String prefix = "postern-test/" + UUID.randomUUID() + "/";
  private final Set<String> made = new LinkedHashSet<>();
  private AwsProvider provider;

  @BeforeEach
  void start() {
    Settings settings =
        Settings.with("endpoint", endpoint)
            .and("region", region)
            .and("name-prefix", prefix)
            .and("allow-plain-http", "true");
    boolean emulator = !endpoint.contains(".amazonaws.");
    if (emulator && System.getProperty("aws.accessKeyId") == null) {
      settings =
          settings
              .and("access-key-id", "AKIDEXAMPLEAKIDEXAMP")
              .and("secret-access-key", Aws.secret("test"));
    }
    provider = Aws.provider(settings);
  }

  @AfterEach
  void remove() throws IOException {
    provider.close();
    for (String name : made) {
      send(
          "DeleteSecret",
          "{\"SecretId\":\"%s\",\"ForceDeleteWithoutRecovery\":true}".formatted(name));
    }
  }

  @Test
  void story_findResolveRotate() throws IOException {
    String name =
        create(
            "orders",
            "\"SecretString\":\"{\\\"username\\\":\\\"app\\\",\\\"password\\\":\\\"f\\u00efrst\\\"}\"",
            "item=orders-db",
            "username=app",
            "person=maya");
    assertThat(health()).isTrue();
    assertThat(appears(() -> keys().contains(name))).isTrue();
    assertThat(provider.find(Aws.find(OMAR, ORDERS, ""))).isEmpty();
    assertThat(password(name)).isEqualTo("fïrst");

    List<String> changes = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      provider.rotate(
          rotate(
              name,
              "call-" + prefix,
              change -> changes.add(reveal(change.current()) + ">" + reveal(change.next()))));
    }

    assertThat(changes).containsExactly("fïrst>" + password(name));
    provider.rotate(rotate(name, "another-" + prefix, change -> {}));
    assertThat(password(name)).isNotEqualTo(changes.get(0).split(">", 2)[1]);
    provider.release(Aws.release(name));
  }

  @Test
  void halfWayRotation_isFinishedWithTheSamePassword() throws IOException {
    String name = create("half", "\"SecretString\":\"first\"", "site=true");
    List<String> next = new ArrayList<>();
    Aws.assertPerhapsDone(
        () ->
            provider.rotate(
                rotate(
                    name,
                    "call-" + prefix,
                    change -> {
                      next.add(reveal(change.next()));
                      throw new IllegalStateException("no answer");
                    })),
        Failure.UNAVAILABLE);
    assertThat(password(name)).isEqualTo("first");

    provider.rotate(rotate(name, "later-" + prefix, change -> next.add(reveal(change.next()))));

    assertThat(next).containsExactly(password(name), password(name));
  }

  @Test
  void binaryValue_isRead_andStaysBinaryWhenRotated() throws IOException {
    String name = create("binary", "\"SecretBinary\":\"Zmlyc3Q=\"", "site=true");
    assertThat(password(name)).isEqualTo("first");

    provider.rotate(rotate(name, "call-" + prefix, change -> {}));

    assertThat(password(name)).hasSize(24);
    assertThat(send("GetSecretValue", "{\"SecretId\":\"%s\"}".formatted(name)))
        .contains("SecretBinary");
  }

  @Test
  void secretThatIsGoneOrScheduledForDeletion_isNotFound() throws IOException {
    Aws.assertNothingDone(() -> password(prefix + "nothing"), Failure.NOT_FOUND);
    String name = create("deleted", "\"SecretString\":\"x\"", "site=true");
    send("DeleteSecret", "{\"SecretId\":\"%s\",\"RecoveryWindowInDays\":7}".formatted(name));

    Aws.assertNothingDone(() -> password(name), Failure.NOT_FOUND, "scheduled for deletion");
    send("RestoreSecret", "{\"SecretId\":\"%s\"}".formatted(name)); // so that it can be removed
  }

  @Test
  void severalPages_areAllRead() throws IOException {
    for (int i = 0; i < 120; i++) {
      create("page-" + i, "\"SecretString\":\"x\"", "site=true");
    }
    assertThat(appears(() -> keys().size() == 120)).isTrue();
  }

  private boolean health() {
    return provider.health(new HealthCheck(Aws.CLOCK.instant().plusSeconds(20))).usable();
  }

  private List<String> keys() {
    return Aws.find(provider, MAYA, ORDERS).stream().map(FoundCredential::key).toList();
  }

  private String password(String name) {
    return Aws.password(provider, name);
  }

  /** A listing of AWS may lag by minutes. */
  private static boolean appears(BooleanSupplier condition) {
    long end = System.nanoTime() + Duration.ofMinutes(4).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
    }
    return true;
  }

  private String create(String name, String value, String... tags) throws IOException {
    List<String> json = new ArrayList<>();
    for (String tag : tags) {
      String[] both = tag.split("=", 2);
      json.add("{\"Key\":\"postern:%s\",\"Value\":\"%s\"}".formatted(both[0], both[1]));
    }
    String whole = prefix + name;
    send(
        "CreateSecret",
        "{\"Name\":\"%s\",%s,\"ClientRequestToken\":\"%s\",\"Tags\":[%s]}"
            .formatted(whole, value, UUID.randomUUID(), String.join(",", json)));
    made.add(whole);
    return whole;
  }

  private AwsCredentialsIdentity key() {
    return endpoint.contains(".amazonaws.") || System.getProperty("aws.accessKeyId") != null
        ? DefaultCredentialsProvider.builder().build().resolveCredentials()
        : AwsBasicCredentials.create("AKIDEXAMPLEAKIDEXAMP", "test");
  }

  private String send(String operation, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    SdkHttpRequest request =
        new Signature("secretsmanager", region)
            .sign(
                SdkHttpRequest.builder()
                    .method(SdkHttpMethod.POST)
                    .uri(URI.create(endpoint))
                    .encodedPath("/")
                    .putHeader("Content-Type", "application/x-amz-json-1.1")
                    .putHeader("Content-Length", Integer.toString(bytes.length))
                    .putHeader("X-Amz-Target", "secretsmanager." + operation)
                    .build(),
                new ByteArrayInputStream(bytes),
                key(),
                Aws.CLOCK.instant());
    try (SdkHttpClient http = UrlConnectionHttpClient.create()) {
      HttpExecuteResponse response =
          http.prepareRequest(
                  HttpExecuteRequest.builder()
                      .request(request)
                      .contentStreamProvider(() -> new ByteArrayInputStream(bytes))
                      .build())
              .call();
      Optional<InputStream> in = response.responseBody().map(InputStream.class::cast);
      String answer =
          in.isEmpty() ? "" : new String(in.get().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(response.httpResponse().statusCode())
          .as(() -> operation.toLowerCase(Locale.ROOT) + ": " + answer)
          .isEqualTo(200);
      return answer;
    }
  }
}
