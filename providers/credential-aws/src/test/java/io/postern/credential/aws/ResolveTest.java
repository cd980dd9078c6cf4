package io.postern.credential.aws;

import static io.postern.credential.aws.Aws.MAYA;
import static io.postern.credential.aws.Aws.OMAR;
import static io.postern.credential.aws.Aws.ORDERS;
import static io.postern.credential.aws.Aws.SHOP;
import static io.postern.credential.aws.Aws.assertNothingDone;
import static io.postern.credential.aws.Aws.password;
import static io.postern.credential.aws.Aws.resolve;
import static io.postern.credential.aws.Aws.reveal;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.credential.Credential;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a secret's value, in each of its shapes. */
class ResolveTest {
  private final AwsServer server = new AwsServer();
  private final AwsProvider provider = Aws.provider(server);

  @AfterEach
  void close() {
    provider.close();
    server.close();
  }

  private AwsServer.Held hold(String value) {
    return server.hold("one", value).tag("site", "true");
  }

  private Credential resolved() {
    return provider.resolve(resolve(MAYA, ORDERS, "one")).credential();
  }

  @Test
  void userNameAndPassword_asJson() {
    hold("{\"engine\":\"postgres\",\"username\":\"app\",\"port\":5432,\"password\":\"s3cr3t\"}");

    try (Credential.Password credential = (Credential.Password) resolved()) {
      assertThat(credential.username()).isEqualTo("app");
      assertThat(reveal(credential.password())).isEqualTo("s3cr3t");
    }
  }

  @Test
  void password_withEscapesAndOtherScripts_comesAsItIs() {
    // Written by another JSON writer, as text in text.
    String secret = "q\"u\\o/te\n\té–𝄞\u0001";
    hold("{\"password\":\"q\\\"u\\\\o\\/te\\n\\t\\u00e9\\u2013\\ud834\\udd1e\\u0001\"}");

    assertThat(password(provider, "one")).isEqualTo(secret);
  }

  @Test
  void plainText_isThePassword_andTheTagNamesTheUser() {
    hold("just a password").tag("username", "app");

    try (Credential.Password credential = (Credential.Password) resolved()) {
      assertThat(credential.username()).isEqualTo("app");
      assertThat(reveal(credential.password())).isEqualTo("just a password");
    }
  }

  @Test
  void plainTextThatBeginsLikeJson_isThePasswordWhereTheTagSaysSo() {
    hold("{not json").tag("format", "plain");

    assertThat(password(provider, "one")).isEqualTo("{not json");
  }

  @Test
  void binary_isReadAsWhatItHolds() {
    AwsServer.Held held = server.hold("one", "").tag("site", "true").tag("kind", "private-key");
    String key = "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n";
    held.version(
        "v",
        "SecretBinary",
        Base64.getEncoder().encodeToString(key.getBytes(StandardCharsets.UTF_8)),
        "AWSCURRENT");

    try (Credential.PrivateKey credential = (Credential.PrivateKey) resolved()) {
      assertThat(reveal(credential.key())).isEqualTo(key);
      assertThat(credential.passphrase()).isEmpty();
    }
  }

  @Test
  void privateKeyWithPassphrase_asJson() {
    hold("{\"username\":\"u\",\"private_key\":\"k\\nk\",\"passphrase\":\"pp\"}")
        .tag("kind", "private-key");

    try (Credential.PrivateKey credential = (Credential.PrivateKey) resolved()) {
      assertThat(reveal(credential.key())).isEqualTo("k\nk");
      assertThat(credential.passphrase())
          .hasValueSatisfying(pp -> assertThat(reveal(pp)).isEqualTo("pp"));
    }
  }

  @Test
  void partByTwoOfItsNames_isMisconfigured() {
    hold("{\"username\":\"u\",\"privateKey\":\"k\",\"private_key\":\"k\"}")
        .tag("kind", "private-key");

    assertNothingDone(() -> resolved(), Failure.MISCONFIGURED, "'private_key' occurs twice");
  }

  @Test
  void nullMembers_countAsAbsent() {
    hold("{\"username\":null,\"private_key\":\"k\",\"passphrase\":null}")
        .tag("kind", "private-key");

    try (Credential.PrivateKey credential = (Credential.PrivateKey) resolved()) {
      assertThat(credential.username()).isEqualTo("one");
      assertThat(credential.passphrase()).isEmpty();
    }
  }

  @Test
  void certificate_asJson() {
    hold("{\"username\":\"u\",\"privateKey\":\"k\",\"certificate\":"
            + "\"ssh-ed25519-cert-v01@openssh.com AAAA\"}")
        .tag("kind", "certificate");

    try (Credential.Certificate credential = (Credential.Certificate) resolved()) {
      assertThat(reveal(credential.key())).isEqualTo("k");
      assertThat(credential.certificate()).isEqualTo("ssh-ed25519-cert-v01@openssh.com AAAA");
    }
  }

  @Test
  void certificateThatIsTooLong_isAFaultOfTheStoresContent() {
    hold("{\"username\":\"u\",\"privateKey\":\"k\",\"certificate\":\"" + "c".repeat(65_537) + "\"}")
        .tag("kind", "certificate");

    assertNothingDone(() -> resolved(), Failure.MISCONFIGURED, "certificate", "65536");
  }

  @Test
  void token_asJsonAndPlain() {
    hold("{\"api_key\":\"t0k3n\"}").tag("kind", "token");
    try (Credential.Token credential = (Credential.Token) resolved()) {
      assertThat(credential.username()).isEqualTo("one");
      assertThat(reveal(credential.token())).isEqualTo("t0k3n");
    }
    hold("t0k3n").tag("kind", "token");
    try (Credential.Token credential = (Credential.Token) resolved()) {
      assertThat(reveal(credential.token())).isEqualTo("t0k3n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"password\":\"\"}",
        "{\"username\":\"a\"}",
        "{\"password\":12345}",
        "{\"password\":null}",
        "{\"password\":[\"s3cr3t\"]}",
        "{\"password\":\"s3cr3t\",\"username\":7}",
        "{\"password\":\"a\",\"password\":\"b\"}",
        "{\"password\":\"s3cr3t",
        "{\"password\":\"s3cr3t\"}x",
        "{\"password\":\"\\ud800\"}",
        "{\"password\":\"\\x\"}"
      })
  @Rule("ECM-7")
  void valueThatIsNoCredential_isMisconfigured_andNeverShown(String value) {
    hold(value);

    assertThat(assertNothingDone(() -> resolved(), Failure.MISCONFIGURED, "'one'").toString())
        .doesNotContain("s3cr3t");
  }

  @Test
  void userNamesThatDisagree_areMisconfigured() {
    hold("{\"username\":\"root\",\"password\":\"x\"}").tag("username", "app");

    assertNothingDone(() -> resolved(), Failure.MISCONFIGURED, "'app'", "'root'");
  }

  @Test
  void stage_isTheSettings_orTheKeys() {
    AwsServer.Held held = hold("new").tag("stages", "AWSCURRENT AWSPREVIOUS");
    held.version("older", "SecretString", "old", "AWSPREVIOUS");

    assertThat(password(provider, "one")).isEqualTo("new");
    assertThat(password(provider, "one#AWSPREVIOUS")).isEqualTo("old");
    held.tags.remove("postern:stages");
    try (AwsProvider previous =
        Aws.provider(Aws.settings(server.endpoint()).and("version-stage", "AWSPREVIOUS"))) {
      assertThat(password(previous, "one")).isEqualTo("old");
    }
  }

  @Test
  void stageThatIsNotOffered_isDenied() {
    hold("new").version("older", "SecretString", "old", "AWSPREVIOUS");

    assertNothingDone(
        () -> password(provider, "one#AWSPREVIOUS"), Failure.DENIED, "AWSPREVIOUS", "stages");
    assertThat(server.asked()).doesNotContain("GetSecretValue");
  }

  @Test
  void secretForOthers_isDenied_beforeItIsRead() {
    server.hold("one", "x").tag("item", "orders-db").tag("person", "maya");

    assertNothingDone(
        () -> provider.resolve(resolve(MAYA, SHOP, "one")), Failure.DENIED, "shop-web");
    assertNothingDone(() -> provider.resolve(resolve(OMAR, ORDERS, "one")), Failure.DENIED, "Omar");
    assertThat(server.asked()).doesNotContain("GetSecretValue");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../x y", "?", "a'b", "arn:aws:x", "\u0000", "one two", "#"})
  void keyThatIsNoName_isNotFound_andNobodyIsAsked(String key) {
    assertNothingDone(() -> password(provider, key), Failure.NOT_FOUND);
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void partOfAnArn_isNoKey() {
    hold("x");
    // As AWS does, which takes the end of an ARN for a name.
    server.answers(
        "DescribeSecret",
        200,
        "{\"Name\":\"one\",\"Tags\":[{\"Key\":\"postern:site\",\"Value\":\"true\"}]}");

    assertNothingDone(() -> password(provider, "one-a1b2c3"), Failure.NOT_FOUND);
    assertThat(server.asked()).doesNotContain("GetSecretValue");
  }

  @Test
  void deletedSecret_isNotFound_andSaysThatItIsScheduledForDeletion() {
    hold("x").deleted = true;

    assertNothingDone(() -> resolved(), Failure.NOT_FOUND, "scheduled for deletion", "restore");
  }

  @Test
  @Rule("ECM-5")
  void release_owesNothing_howeverOften() {
    hold("x");
    Lent lent = provider.resolve(resolve(MAYA, ORDERS, "one"));
    lent.credential().close();
    server.forgetCalls();

    provider.release(Aws.release("one"));
    provider.release(Aws.release("one"));

    assertThat(lent.lease()).isEqualTo(LeaseTerms.unlimited());
    assertThat(server.asked()).isEmpty();
  }

  /**
   * The example of the API reference:
   * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html
   */
  @Test
  void documentedAnswer_isUnderstood() {
    server.answers(
        "DescribeSecret",
        200,
        """
        {
          "ARN": "arn:aws:secretsmanager:us-west-2:123456789012:secret:MyTestDatabaseSecret-a1b2c3",
          "Description": "My test database secret",
          "KmsKeyId": "arn:aws:kms:us-west-2:123456789012:key/EXAMPLE1-90ab-cdef-fedc-ba987KMSKEY1",
          "LastAccessedDate": 1.523923200E9,
          "LastChangedDate": 1.523477145729E9,
          "LastRotatedDate": 1.525747253720E9,
          "Name": "MyTestDatabaseSecret",
          "NextRotationDate": 1.665165599000E9,
          "RotationEnabled": true,
          "RotationLambdaARN": "arn:aws:lambda:us-west-2:123456789012:function:MyTestRotationLambda",
          "RotationRules": {"AutomaticallyAfterDays": 14, "Duration": "2h"},
          "Tags": [
            {"Key": "SecondTag", "Value": "AnotherValue"},
            {"Key": "postern:site", "Value": "true"}
          ],
          "VersionIdsToStages": {
            "a1b2c3d4-5678-90ab-cdef-EXAMPLE11111": ["AWSPREVIOUS"],
            "a1b2c3d4-5678-90ab-cdef-EXAMPLE22222": ["AWSCURRENT"]
          }
        }
        """);
    server.answers(
        "GetSecretValue",
        200,
        """
        {
          "ARN":"arn:aws:secretsmanager:us-west-2:123456789012:secret:MyTestDatabaseSecret-a1b2c3",
          "CreatedDate":1.523477145713E9,
          "Name":"MyTestDatabaseSecret",
          "SecretString":"{\\n  \\"username\\":\\"david\\",\\n  \\"password\\":\\"EXAMPLE-PASSWORD\\"\\n}\\n",
          "VersionId":"a1b2c3d4-5678-90ab-cdef-EXAMPLE22222",
          "VersionStages":["AWSCURRENT"]
        }
        """);

    assertThat(password(provider, "MyTestDatabaseSecret")).isEqualTo("EXAMPLE-PASSWORD");
  }
}
