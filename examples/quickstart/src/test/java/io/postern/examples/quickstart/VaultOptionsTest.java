package io.postern.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.examples.quickstart.VaultOptions.InAws;
import io.postern.examples.quickstart.VaultOptions.InFile;
import io.postern.examples.quickstart.VaultOptions.InVault;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VaultOptionsTest {
  private static final String TOKEN = "hvs.CAESIJlU02LQZq";

  private static VaultOptions read(String... options) {
    return Options.of(Given.options(options), false).vault();
  }

  private static List<String> faults(String... options) {
    PosternException refused = catchThrowableOfType(PosternException.class, () -> read(options));
    assertThat(refused).as("refused").isNotNull();
    assertThat(refused.code()).isEqualTo(ErrorCode.SETTINGS_INVALID);
    return refused.faults();
  }

  @Test
  void nothingSaid_isTheExamplesOwnFile() {
    assertThat(read()).isEqualTo(new InFile());
    assertThat(read("credentials=file")).isEqualTo(new InFile());
  }

  @Test
  void vault_takesAddressAndToken() {
    URI address = URI.create("https://vault.example:8200");
    assertThat(read("credentials=vault", "vault.address=" + address, "vault.token=" + TOKEN))
        .isEqualTo(new InVault(address, TOKEN));
  }

  @Test
  void aws_needsNothing_andTakesEndpointAndRegion() {
    assertThat(read("credentials=aws")).isInstanceOf(InAws.class);
    assertThat(
            read("credentials=aws", "aws.endpoint=http://localhost:4566", "aws.region=eu-west-1"))
        .isEqualTo(new InAws(Optional.of(URI.create("http://localhost:4566")), "eu-west-1"));
  }

  @Test
  void whatTheAwsSdkReadsItself_isNoFault() {
    assertThat(
            read(
                "credentials=aws",
                "aws.accessKeyId=AKIAIOSFODNN7EXAMPLE",
                "aws.secretAccessKey=x",
                "aws.profile=test"))
        .isInstanceOf(InAws.class);
    assertThat(read("aws.profile=test")).isEqualTo(new InFile());
  }

  @ParameterizedTest
  @CsvSource({
    "Vault, did you mean vault?",
    "valt, did you mean vault?",
    "asw, did you mean aws?",
    "keepass, 'file, vault or aws'",
    "'', 'file, vault or aws'"
  })
  void aKindThatIsNotKnown_isRefusedWithTheNearest(String kind, String saying) {
    assertThat(faults("credentials=" + kind)).singleElement().asString().contains(saying);
  }

  @ParameterizedTest
  @CsvSource({
    "vault.adress=x, did you mean -Dvault.address?",
    "vault.tokn=x, did you mean -Dvault.token?",
    "vault.namespace=x, there are -Dvault.address and -Dvault.token",
    "aws.endpoint_url=x, did you mean -Daws.endpoint?",
    "aws.endpointUrl=x, did you mean -Daws.endpoint?",
    "credential=vault, -Dcredentials",
    "vault=x, -Dcredentials=vault",
    "aws=x, -Dcredentials=aws"
  })
  void aNameThatIsNotKnown_isRefusedWithTheNearest(String option, String saying) {
    assertThat(faults(option)).singleElement().asString().contains(saying);
  }

  @ParameterizedTest
  @CsvSource({
    "vault.address=http://localhost, -Dcredentials=vault",
    "vault.token=x, -Dcredentials=vault",
    "aws.endpoint=http://localhost, -Dcredentials=aws",
    "aws.region=eu-west-1, -Dcredentials=aws"
  })
  void whatGoesWithAnother_isRefused(String option, String saying) {
    assertThat(faults(option)).singleElement().asString().contains("goes with " + saying);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "vault.example:8200",
        "ftp://vault.example",
        "https://",
        "https://maya:s3cret@vault.example",
        "https://vault.example/v1",
        "https://vault.example?token=s3cret",
        "not at all",
        TOKEN
      })
  void whatIsNoAddress_isRefused_andNotRepeated(String address) {
    assertThat(faults("credentials=vault", "vault.token=x", "vault.address=" + address))
        .singleElement()
        .asString()
        .contains("-Dvault.address", "https://host")
        .doesNotContain("s3cret", TOKEN);
    assertThat(faults("credentials=aws", "aws.endpoint=" + address))
        .singleElement()
        .asString()
        .contains("-Daws.endpoint", "https://host")
        .doesNotContain("s3cret", TOKEN);
  }

  @Test
  void withoutTls_onlyThisMachineIsSpokenTo() {
    assertThat(faults("credentials=vault", "vault.token=x", "vault.address=http://vault.example"))
        .singleElement()
        .asString()
        .contains("https://");
    assertThat(read("credentials=vault", "vault.token=x", "vault.address=http://[::1]:8200"))
        .isInstanceOf(InVault.class);
  }

  @Test
  void allThatIsWrong_isSaidAtOnce() {
    assertThat(faults("credentials=vault", "aws.region=eu-west-1", "vault.tokens=x", "port=1"))
        .hasSize(5);
    assertThat(faults("credentials=aws", "aws.region=Frankfurt", "aws.endpoint= ")).hasSize(2);
  }

  @Test
  void aTokenThatCannotBeOne_isRefused() {
    assertThat(
            faults("credentials=vault", "vault.address=http://localhost", "vault.token= " + TOKEN))
        .singleElement()
        .asString()
        .contains("copied");
  }

  @Test
  void theToken_isInNothingThatIsPrinted() {
    Options options =
        Options.of(
            Given.options(
                "credentials=vault", "vault.address=http://localhost:8200", "vault.token=" + TOKEN),
            false);
    assertThat(options.toString()).doesNotContain(TOKEN);
    assertThat(faults("vault.token=" + TOKEN, "vault.tokenn=" + TOKEN).toString())
        .doesNotContain(TOKEN);
  }
}
