package io.postern.credential.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings: what is wrong with them is said before anything connects, and all of it. */
@Rule("ECM-3")
class AwsProviderFactoryTest {
  private final AwsProviderFactory factory = new AwsProviderFactory();

  @Test
  void factory_isFoundByServiceLoader_andSaysWhoItIs() {
    assertThat(ServiceLoader.load(CredentialProviderFactory.class, getClass().getClassLoader()))
        .anyMatch(found -> found instanceof AwsProviderFactory);
    assertThat(factory.identity()).isEqualTo(PluginIdentity.of("aws", "0.1.0"));
  }

  @Test
  void everySetting_hasHelp_andItsDefaultIsOfItsType() {
    assertThat(factory.settings())
        .allSatisfy(setting -> assertThat(setting.help()).endsWith("."))
        .extracting(Setting::key)
        .doesNotHaveDuplicates();
    assertThat(factory.settings()).filteredOn(Setting::isSecret).hasSize(1);
  }

  @Test
  void noSettingsAtAll_areFine_becauseTheSdkHasItsOwnWays() {
    assertThat(factory.validate(Settings.none())).isEmpty();
    factory.create(Settings.none(), Aws.context()).close();
  }

  @Test
  void everyFault_isNamedAtOnce_andNoSecretIsShown() {
    Settings settings =
        Settings.with("region", "Frankfurt")
            .and("endpoint", "http://vault.example")
            .and("profile", "p")
            .and("secret-access-key", Aws.secret("s3cr3t"))
            .and("external-id", "x")
            .and("role-duration", "PT1S")
            .and("version-stage", "a b")
            .and("name-prefix", "a#b")
            .and("max-secrets", "many")
            .and("regoin", "x");

    assertThat(
            Aws.assertNothingDone(
                () -> factory.create(settings, Aws.context()), Failure.MISCONFIGURED))
        .hasMessageContainingAll(
            "'region' is no region",
            "'allow-plain-http'",
            "'access-key-id' and 'secret-access-key' belong together",
            "'profile' and 'access-key-id' exclude each other",
            "'external-id' is of no use",
            "'role-duration' must be",
            "'role-duration' is of no use",
            "'version-stage' is no version stage",
            "'name-prefix' begins no secret's name",
            "'max-secrets' is not of its type",
            "did you mean 'region'?")
        .satisfies(thrown -> assertThat(thrown.toString()).doesNotContain("s3cr3t"))
        // A secret may have been put into the wrong line.
        .satisfies(thrown -> assertThat(thrown.toString()).doesNotContain("Frankfurt", "a#b"));
  }

  @ParameterizedTest
  @CsvSource({
    "https://secretsmanager.eu-central-1.amazonaws.com, true",
    "https://vpce-1.secretsmanager.eu-central-1.vpce.amazonaws.com:443/, true",
    "http://127.0.0.1:4566, true",
    "http://localhost:4566, true",
    "http://[::1]:4566, true",
    "http://emulator:4566, false",
    "http://127.0.0.1.example, false",
    "https://user@host, false",
    "https://host/path, false",
    "https://host?x=1, false",
    "ftp://host, false",
    "host:443, false",
    "https://, false"
  })
  void endpoint_isSchemeHostAndPort_andPlainOnlyHere(String endpoint, boolean fine) {
    assertThat(factory.validate(Settings.with("endpoint", endpoint)).isEmpty()).isEqualTo(fine);
  }

  @Test
  void plainHttpElsewhere_isAllowedByName() {
    assertThat(
            factory.validate(
                Settings.of(
                    Map.of("endpoint", "http://emulator:4566", "allow-plain-http", "true"))))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "arn:aws:iam::123456789012:role/postern, true",
    "arn:aws-cn:iam::123456789012:role/team/postern, true",
    "arn:aws:iam::123456789012:user/postern, false",
    "postern, false"
  })
  void role_isAnArn(String arn, boolean fine) {
    List<String> faults = factory.validate(Settings.with("role-arn", arn));

    assertThat(faults.isEmpty()).isEqualTo(fine);
  }
}
