package io.postern.credential.aws;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static io.postern.credential.aws.Aws.MAYA;
import static io.postern.credential.aws.Aws.ORDERS;
import static io.postern.credential.aws.Aws.assertNothingDone;
import static io.postern.credential.aws.Aws.find;
import static io.postern.credential.aws.Aws.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.spi.Settings;
import io.postern.spi.credential.ProviderException.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which key a request is signed with. */
class AccessKeysTest {
  private static final String ROLE = "arn:aws:iam::123456789012:role/postern";

  private final AwsServer server = new AwsServer();
  @TempDir Path temp;

  @BeforeEach
  void hold() {
    server.hold("one", "x").tag("site", "true");
  }

  @AfterEach
  void close() {
    server.close();
  }

  private Settings plain() {
    return Settings.with("region", "eu-central-1").and("endpoint", server.endpoint());
  }

  private Settings withRole() {
    return settings(server.endpoint())
        .and("role-arn", ROLE)
        .and("external-id", "ext-4711")
        .and("sts-endpoint", server.endpoint());
  }

  @Test
  void keyOfTheSettings_signs() {
    try (AwsProvider provider = Aws.provider(server)) {
      assertThat(find(provider, MAYA, ORDERS)).hasSize(1);
    }
    assertThat(server.lastHeaders().get("Authorization"))
        .contains("Credential=AKIDEXAMPLEAKIDEXAMP/", "/eu-central-1/secretsmanager/aws4_request");
  }

  @Test
  void defaultChain_findsSystemProperties() {
    System.setProperty("aws.accessKeyId", "AKIDSYSTEM");
    System.setProperty("aws.secretAccessKey", "secret");
    try (AwsProvider provider = Aws.provider(plain())) {
      assertThat(find(provider, MAYA, ORDERS)).hasSize(1);
    } finally {
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    }
    assertThat(server.lastHeaders().get("Authorization")).contains("Credential=AKIDSYSTEM/");
  }

  @Test
  void profile_isReadFromTheConfigurationFiles() throws Exception {
    Path file =
        Files.writeString(
            temp.resolve("credentials"),
            "[postern]\naws_access_key_id=AKIDPROFILE\naws_secret_access_key=secret\n");
    System.setProperty("aws.sharedCredentialsFile", file.toString());
    try (AwsProvider provider = Aws.provider(plain().and("profile", "postern"))) {
      assertThat(find(provider, MAYA, ORDERS)).hasSize(1);
    } finally {
      System.clearProperty("aws.sharedCredentialsFile");
    }
    assertThat(server.lastHeaders().get("Authorization")).contains("Credential=AKIDPROFILE/");
  }

  @Test
  void profileThatIsNot_isUnavailable_andNothingIsAsked() {
    try (AwsProvider provider = Aws.provider(plain().and("profile", "nowhere-to-be-found"))) {
      assertNothingDone(
          () -> find(provider, MAYA, ORDERS), Failure.UNAVAILABLE, "access key", "default");
    }
    assertThat(server.asked()).isEmpty();
  }

  /** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
  @Test
  void role_isAssumedOnce_withExternalIdAndSessionName() {
    server
        .wireMock()
        .stubFor(
            post(urlEqualTo("/"))
                .withRequestBody(containing("Action=AssumeRole"))
                .withRequestBody(
                    containing("RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpostern"))
                .withRequestBody(containing("RoleSessionName=postern-site-aws"))
                .withRequestBody(containing("ExternalId=ext-4711"))
                .withRequestBody(containing("DurationSeconds=3600"))
                .withHeader("Authorization", containing("Credential=AKIDEXAMPLEAKIDEXAMP/"))
                .withHeader("Authorization", containing("/eu-central-1/sts/aws4_request"))
                .willReturn(AwsServer.assumedRole()));
    try (AwsProvider provider = Aws.provider(withRole())) {
      assertThat(find(provider, MAYA, ORDERS)).hasSize(1);
      server.wireMock().resetMappings(); // A second AssumeRole would fail.
      server.wireMock().stubFor(post(urlEqualTo("/")).willReturn(aResponse().withStatus(500)));
      assertThat(find(provider, MAYA, ORDERS)).hasSize(1);
    }
    assertThat(server.lastHeaders().get("Authorization"))
        .contains("Credential=ASIAIOSFODNN7EXAMPLE/");
    assertThat(server.lastHeaders())
        .containsEntry("X-Amz-Security-Token", "AQoDYXdzEPT//////////wEXAMPLE");
  }

  @ParameterizedTest
  @CsvSource({
    "403, AccessDenied, DENIED",
    "400, Throttling, THROTTLED",
    "500, Internal, UNAVAILABLE"
  })
  void roleThatIsRefused_isOneOfTheClosedSet(int status, String code, Failure failure) {
    server
        .wireMock()
        .stubFor(
            post(urlEqualTo("/"))
                .willReturn(
                    aResponse()
                        .withStatus(status)
                        .withHeader("Content-Type", "text/xml")
                        .withBody(
                            """
                            <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
                              <Error><Type>Sender</Type><Code>%s</Code><Message>no</Message></Error>
                              <RequestId>4d2e</RequestId>
                            </ErrorResponse>
                            """
                                .formatted(code))));
    try (AwsProvider provider = Aws.provider(withRole())) {
      assertNothingDone(() -> find(provider, MAYA, ORDERS), failure, "role-arn", "trust policy");
    }
    assertThat(server.asked()).isEmpty();
  }
}
