package io.postern.credential.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/** Signs as AWS's example does, and as the SDK does. */
class SignatureTest {
  private static final String ID = "AKIDEXAMPLE";
  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  private static final Instant NOW = Instant.parse("2015-08-30T12:36:00Z");

  private static String sign(
      SdkHttpRequest request, String body, AwsCredentialsIdentity identity, Signature signature) {
    return signature
        .sign(
            request, new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)), identity, NOW)
        .firstMatchingHeader("Authorization")
        .orElseThrow();
  }

  /** Case post-vanilla of the test suite that AWS publishes for Signature Version 4. */
  @Test
  void publishedExample_hasThePublishedSignature() {
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(URI.create("https://example.amazonaws.com/"))
            .build();

    assertThat(
            sign(
                request,
                "",
                new GuardedKey(ID, Aws.secret(SECRET)),
                new Signature("service", "us-east-1")))
        .isEqualTo(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                + " SignedHeaders=host;x-amz-date,"
                + " Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{}", "{\"SecretId\":\"é𝄞\"}"})
  void signature_isTheSdks(String body) {
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.POST)
            .uri(URI.create("https://secretsmanager.eu-central-1.amazonaws.com:8443"))
            .encodedPath("/")
            .putHeader("Content-Type", "application/x-amz-json-1.1")
            .putHeader("X-Amz-Target", "secretsmanager.GetSecretValue")
            // The SDK's signer adds it; the service does not ask for it.
            .putHeader("x-amz-content-sha256", sha256(body))
            .build();
    Signature signature = new Signature("secretsmanager", "eu-central-1");
    AwsCredentialsIdentity longTerm = AwsBasicCredentials.create(ID, SECRET);
    AwsCredentialsIdentity session = AwsSessionCredentials.create(ID, SECRET, "to/ken+==");

    assertThat(sign(request, body, longTerm, signature)).isEqualTo(bySdk(request, body, longTerm));
    assertThat(sign(request, body, session, signature)).isEqualTo(bySdk(request, body, session));
    assertThat(sign(request, body, new GuardedKey(ID, Aws.secret(SECRET)), signature))
        .isEqualTo(bySdk(request, body, longTerm));
  }

  private static String sha256(String body) {
    byte[] hash = Hmac.sha256().digest(body.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(hash);
  }

  private static String bySdk(
      SdkHttpRequest request, String body, AwsCredentialsIdentity identity) {
    return AwsV4HttpSigner.create()
        .sign(
            ask ->
                ask.request(request)
                    .identity(identity)
                    .payload(ContentStreamProvider.fromUtf8String(body))
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "secretsmanager")
                    .putProperty(AwsV4HttpSigner.REGION_NAME, "eu-central-1")
                    .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(NOW, ZoneOffset.UTC)))
        .request()
        .firstMatchingHeader("Authorization")
        .orElseThrow();
  }

  @Test
  void keyGivenAsASetting_isNoText() {
    GuardedKey key = new GuardedKey(ID, Aws.secret(SECRET));

    assertThat(key.toString()).doesNotContain(SECRET);
    assertThatThrownBy(key::secretAccessKey).isInstanceOf(UnsupportedOperationException.class);
  }
}
