package io.postern.credential.aws;

import static io.postern.credential.aws.Aws.MAYA;
import static io.postern.credential.aws.Aws.ORDERS;
import static io.postern.credential.aws.Aws.assertNothingDone;
import static io.postern.credential.aws.Aws.assertPerhapsDone;
import static io.postern.credential.aws.Aws.resolve;
import static io.postern.credential.aws.Aws.rotate;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every way in which the service says no, as its API reference lists them:
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/CommonErrors.html and
 * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
 */
@Rule("ECM-7")
class RefusalsTest {
  private final AwsServer server = new AwsServer();
  private final AwsProvider provider = Aws.provider(server);

  @BeforeEach
  void hold() {
    server.hold("one", "{\"password\":\"first\"}").tag("site", "true");
  }

  @AfterEach
  void close() {
    provider.close();
    server.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          400 | ResourceNotFoundException   | Secrets Manager can't find the specified secret.            | NOT_FOUND     | no such secret
          400 | InvalidRequestException     | it was marked for deletion.                                 | NOT_FOUND     | scheduled for deletion
          400 | InvalidRequestException     | something else                                              | MISCONFIGURED | InvalidRequestException
          400 | InvalidParameterException   | no                                                          | MISCONFIGURED | InvalidParameterException
          400 | ValidationException         | no                                                          | MISCONFIGURED | ValidationException
          400 | DecryptionFailure           | can't decrypt the protected secret text                     | MISCONFIGURED | KMS key
          500 | InternalServiceError        | An error occurred on the server side.                       | UNAVAILABLE   | try again
          503 | ServiceUnavailable          | no                                                          | UNAVAILABLE   | try again
          400 | ThrottlingException         | Rate exceeded                                               | THROTTLED     | later
          429 | TooManyRequestsException    | no                                                          | THROTTLED     | later
          400 | RequestLimitExceeded        | no                                                          | THROTTLED     | later
          400 | LimitExceededException      | no                                                          | THROTTLED     | later
          400 | AccessDeniedException       | not authorized to perform: secretsmanager:GetSecretValue    | DENIED        | policy
          400 | AccessDeniedException       | Access to KMS is not allowed                                | DENIED        | kms:Decrypt
          403 | AccessDenied                | no                                                          | DENIED        | policy
          400 | UnrecognizedClientException | The security token included in the request is invalid.      | DENIED        | access key
          400 | InvalidSignatureException   | The request signature we calculated does not match          | DENIED        | access key
          400 | InvalidSignatureException   | Signature expired: 20261122T090000Z is now earlier than ... | MISCONFIGURED | clock
          400 | ExpiredTokenException       | The security token included in the request is expired       | UNAVAILABLE   | expired
          400 | com.amazon.coral#ThrottlingException | no                                                 | THROTTLED     | (ThrottlingException)
          """)
  void refusal_isOneOfTheClosedSet(
      int status, String code, String message, Failure failure, String text) {
    server.refuses("GetSecretValue", 3, status, code, message);

    ProviderException thrown =
        assertNothingDone(
            () -> provider.resolve(resolve(MAYA, ORDERS, "one")), failure, "'one'", text);
    assertThat(thrown.logText())
        .contains("GetSecretValue", "status=" + status, "11a2b3c4", message);
  }

  @ParameterizedTest
  @CsvSource({
    "500, UNAVAILABLE",
    "502, UNAVAILABLE",
    "429, THROTTLED",
    "403, DENIED",
    "401, DENIED",
    "302, MISCONFIGURED",
    "404, MISCONFIGURED",
    "418, MISCONFIGURED"
  })
  void statusWithoutAnyCode_isOneOfTheClosedSet(int status, Failure failure) {
    for (int i = 0; i < 3; i++) {
      server.answers("GetSecretValue", status, "<html>somebody's load balancer</html>");
    }

    assertNothingDone(
        () -> provider.resolve(resolve(MAYA, ORDERS, "one")), failure, "HTTP " + status);
  }

  @Test
  void redirect_isNotFollowed() {
    server.answers("GetSecretValue", 307, "");

    assertNothingDone(
        () -> provider.resolve(resolve(MAYA, ORDERS, "one")), Failure.MISCONFIGURED, "endpoint");
  }

  @Test
  void answerThatIsNoJson_isUnavailable_andNotAnEmptyCredential() {
    for (int i = 0; i < 3; i++) {
      server.answers("GetSecretValue", 200, "<html>log on to the guest network</html>");
    }

    assertNothingDone(
        () -> provider.resolve(resolve(MAYA, ORDERS, "one")), Failure.UNAVAILABLE, "understood");
  }

  @Test
  void answerWithoutValue_isUnavailable_andNotAnEmptyCredential() {
    for (int i = 0; i < 3; i++) {
      server.answers("GetSecretValue", 200, "{\"Name\":\"one\",\"VersionId\":\"v1\"}");
    }

    assertNothingDone(
        () -> provider.resolve(resolve(MAYA, ORDERS, "one")), Failure.UNAVAILABLE, "understood");
  }

  @Test
  void refusedWrite_isNotRepeated_andQuotesNothingOfIt() {
    server.refuses("PutSecretValue", 1, 400, "ThrottlingException", "Value 's3cr3t' at ...");

    ProviderException thrown =
        assertNothingDone(
            () -> provider.rotate(rotate("one", "call-1", change -> {})), Failure.THROTTLED);

    assertThat(thrown.logText()).doesNotContain("s3cr3t");
    assertThat(server.asked()).containsOnlyOnce("PutSecretValue");
  }

  @Test
  @Rule("ECM-9")
  void serverErrorOfAWrite_isNotRepeated_andPerhapsDone() {
    server.refuses("PutSecretValue", 1, 500, "InternalServiceError", "no");

    assertPerhapsDone(
        () -> provider.rotate(rotate("one", "call-1", change -> {})), Failure.UNAVAILABLE);
    assertThat(server.asked()).containsOnlyOnce("PutSecretValue");
  }

  @Test
  void health_needsNoSecretToBeThere_orToBeRead() {
    server.forget("one");
    server.forgetCalls();

    assertThat(provider.health(new HealthCheck(Aws.CLOCK.instant().plusSeconds(10))))
        .satisfies(
            health -> {
              assertThat(health.usable()).isTrue();
              assertThat(health.detail()).contains("eu-central-1", server.endpoint());
            });
    assertThat(server.asked()).containsExactly("ListSecrets");
  }

  @Test
  void health_ofOneThatRefuses_isDown_andSaysWhy() {
    server.refuses("ListSecrets", 1, 400, "AccessDeniedException", "no");

    assertThat(provider.health(new HealthCheck(Aws.CLOCK.instant().plusSeconds(10))))
        .satisfies(
            health -> {
              assertThat(health.usable()).isFalse();
              assertThat(health.detail()).contains("AccessDeniedException", "policy");
            });
  }
}
