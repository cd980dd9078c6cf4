package io.postern.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.testing.RequiresProperty;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkClientException;

/** The story with {@code -Dcredentials=aws}. */
class StoryInAwsTest {
  @TempDir Path folder;
  private StandInAws aws;

  @BeforeEach
  void startAws() throws IOException {
    aws = new StandInAws();
  }

  @AfterEach
  void stopAws() {
    aws.close();
  }

  private Play story() {
    return Play.in(folder).with("credentials", "aws").with("aws.endpoint", aws.address());
  }

  @Test
  void theCredential_isPutThere_used_rotated_andRemoved() throws IOException {
    String told = story().with("aws.region", "eu-central-1").play();

    assertThat(told)
        .contains("AWS Secrets Manager in eu-central-1, or what plays it at " + aws.address())
        .containsPattern("Vault +takes the password of 'orders-admin': as\\s+postern-quickstart-")
        .contains("Vault       has made a new password, and the server took it")
        .contains("Vault       keeps nothing")
        .endsWith(" s)\n");
    assertThat(aws.passwords()).as("the first, and the one it was rotated to").hasSize(2);
    assertThat(aws.left()).isEmpty();
  }

  @Test
  void noPassword_isPrintedOrLeftInAFile() throws IOException {
    String told = story().play();

    assertThat(aws.passwords()).isNotEmpty();
    Leftovers.areWithout(folder, told, aws.passwords());
  }

  @Test
  void whereNobodyListens_saysSo() throws IOException {
    try (Deserted deserted = new Deserted()) {
      PosternException refused =
          story()
              .with("aws.endpoint", "http://127.0.0.1:" + deserted.port())
              .endsEarly(ErrorCode.CREDENTIAL_UNAVAILABLE, "-Daws.endpoint");
      assertThat(refused).hasNoSuppressedExceptions();
    }
  }

  @Test
  void anAccessKeyThatIsNotAllowed_isDenied() {
    aws.refuses(
        "",
        400,
        "{\"__type\": \"AccessDeniedException\", \"Message\": \"User is not authorized\"}");

    PosternException refused =
        story().endsEarly(ErrorCode.CREDENTIAL_DENIED, "not authorized", "access key");
    assertThat(refused).hasNoSuppressedExceptions();
    assertThat(aws.asked()).doesNotContain("CreateSecret");
  }

  /** The SDK's own text names each of its ways to find one, over fifteen lines. */
  @Test
  void withoutAnyAccessKey_saysHowToNameOne() {
    PosternException refused =
        AwsSecrets.failed(
            "keep the secret",
            SdkClientException.create(
                "Unable to load credentials from any of the providers in the chain ..."));
    assertThat(refused.code()).isEqualTo(ErrorCode.CREDENTIAL_UNAVAILABLE);
    assertThat(refused)
        .hasMessageContaining("AWS_PROFILE")
        .hasMessageNotContaining("providers in the chain");
  }

  @Test
  void whenTheStoryEndsEarly_nothingStaysThere() {
    aws.refuses(
        "GetSecretValue",
        400,
        "{\"__type\": \"AccessDeniedException\", \"Message\": \"User is not authorized\"}");

    story().endsEarly(ErrorCode.CREDENTIAL_DENIED);

    assertThat(aws.asked()).contains("CreateSecret").endsWith("DeleteSecret");
    assertThat(aws.left()).isEmpty();
  }

  @Test
  void whatCannotBeRemoved_isNamed_withTheCommandThatRemovesIt() {
    aws.refuses(
        "DeleteSecret",
        400,
        "{\"__type\": \"AccessDeniedException\", \"Message\": \"User is not authorized\"}");

    PosternException refused =
        story().endsEarly(ErrorCode.CREDENTIAL_DENIED, "aws secretsmanager delete-secret");

    assertThat(aws.left()).singleElement().asString().isSubstringOf(refused.getMessage());
  }

  /** Whatever plays AWS at -Daws.endpoint. */
  @Test
  @RequiresProperty("aws.endpoint")
  void onWhatPlaysAws_plays() throws IOException {
    String told =
        Play.in(folder)
            .with("credentials", "aws")
            .with("aws.endpoint", System.getProperty("aws.endpoint"))
            .play();

    assertThat(told).contains("has made a new password", "keeps nothing");
  }
}
