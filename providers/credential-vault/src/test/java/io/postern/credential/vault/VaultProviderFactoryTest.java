package io.postern.credential.vault;

import static io.postern.credential.vault.Failures.assertNothingDone;
import static io.postern.credential.vault.TestVault.secret;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.credential.ChecksOutAccounts;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.RenewsLeases;
import io.postern.spi.credential.RotatesCredentials;
import io.postern.spi.credential.SignsSshCertificates;
import io.postern.testing.Rule;
import io.postern.testing.SettableClock;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VaultProviderFactoryTest {
  private final VaultProviderFactory factory = new VaultProviderFactory();

  private List<String> faults(Settings settings) {
    List<String> faults = new ArrayList<>(settings.faults(factory.settings()));
    faults.addAll(factory.validate(settings));
    return faults;
  }

  private static Settings simple() {
    return Settings.with("address", "https://vault.example:8200").and("token", secret("t"));
  }

  @Test
  void serviceLoader_findsTheFactoryByItsName() {
    assertThat(
            ServiceLoader.load(CredentialProviderFactory.class, getClass().getClassLoader())
                .stream()
                .map(ServiceLoader.Provider::get)
                .map(CredentialProviderFactory::identity)
                .map(PluginIdentity::name))
        .contains("vault");
  }

  @Test
  void addressAndToken_areEnough() {
    assertThat(faults(simple())).isEmpty();
  }

  @Rule("ECM-3")
  @Test
  void settings_withSeveralFaults_nameAllAtOnceBeforeAnythingIsTouched() {
    Settings wrong =
        Settings.with("address", "http://vault.example:8200")
            .and("log-on", "aprole")
            .and("kv-mount", "/secret/")
            .and("kv-kind", "pasword")
            .and("client-key-file", "key.pem")
            .and("database-roles", "readonly; {itm}-ro")
            .and("ssh-sign-roles", "ops for grup=web")
            .and("kv-paths", "../other for everyone");

    assertThat(faults(wrong))
        .anySatisfy(fault -> assertThat(fault).contains("'address'", "in the clear", "https"))
        .anySatisfy(fault -> assertThat(fault).contains("'log-on'", "did you mean 'approle'"))
        .anySatisfy(fault -> assertThat(fault).contains("'kv-mount'", "no path"))
        .anySatisfy(fault -> assertThat(fault).contains("'kv-kind'", "private-key"))
        .anySatisfy(fault -> assertThat(fault).contains("need each other"))
        .anySatisfy(fault -> assertThat(fault).contains("'database-roles', entry 1", "for whom"))
        .anySatisfy(
            fault -> assertThat(fault).contains("entry 2: a placeholder", "did you mean 'item'"))
        .anySatisfy(fault -> assertThat(fault).contains("no condition", "did you mean 'group'"))
        .anySatisfy(fault -> assertThat(fault).contains("'kv-paths'", "no path"))
        .hasSize(9);
    assertNothingDone(
        () -> factory.create(wrong, TestVault.context(SettableClock.at("2026-11-22T09:00:00Z"))),
        Failure.MISCONFIGURED,
        "site-vault",
        "'log-on' is none of");
    assertThat(faults(wrong))
        .noneMatch(fault -> fault.contains("aprole") || fault.contains("grup"));
  }

  @Rule("ECM-3")
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "token | give one of settings 'token' and 'wrapped-token'",
        "approle | 'role-id' is missing",
        "approle | give one of settings 'secret-id' and 'wrapped-secret-id'",
        "kubernetes | 'kubernetes-role' is missing",
        "certificate | 'client-certificate-file' is missing",
      })
  void wayToLogOn_withoutWhatItNeeds_isAFault(String way, String fault) {
    Settings settings = Settings.with("address", "https://vault.example:8200").and("log-on", way);

    assertThat(faults(settings)).anySatisfy(one -> assertThat(one).contains(fault));
  }

  @Test
  void keyValueEngine_isOnlyAskedWhenNothingElseIsNamed_orWhenItIs() {
    List<String> none = new ArrayList<>();
    assertThat(VaultSettings.parsed(KvSettings.KV_PATHS, simple(), none).all()).hasSize(1);
    Settings roles = simple().and("database-roles", "{item}");
    assertThat(VaultSettings.parsed(KvSettings.KV_PATHS, roles, none).all()).isEmpty();
    Settings both = roles.and("kv-paths", "a/; b/");
    assertThat(VaultSettings.parsed(KvSettings.KV_PATHS, both, none).all()).hasSize(2);
  }

  @Rule("ECM-3")
  @Test
  void settingsOfAnotherWayToLogOn_areAFault() {
    assertThat(faults(simple().and("role-id", "r")))
        .singleElement()
        .asString()
        .contains("'role-id' belongs to log-on 'approle'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"vault.example", "ftp://vault.example", "https://", "https://u@v", "https://v:0"})
  void addressThatIsNone_isAFault(String address) {
    assertThat(faults(simple().and("address", address)))
        .singleElement()
        .asString()
        .contains("no address");
  }

  @ParameterizedTest
  @ValueSource(strings = {"two\r\nlines", "with space", ""})
  void tokenThatCouldEndAHeader_isAFault_andIsNotShown(String token) {
    assertThat(faults(simple().and("token", secret(token))))
        .singleElement()
        .asString()
        .contains("'token' is empty, or has a sign")
        .doesNotContain("lines");
  }

  @Test
  void plainHttp_onThisMachine_orAllowedByName_isTaken() {
    assertThat(faults(simple().and("address", "http://127.0.0.1:8200"))).isEmpty();
    assertThat(
            faults(simple().and("address", "http://vault.example").and("allow-plain-http", "true")))
        .isEmpty();
  }

  @Test
  void everySetting_hasAHelp() {
    assertThat(factory.settings()).allSatisfy(one -> assertThat(one.help()).endsWith("."));
    assertThat(factory.settings()).extracting(Setting::key).doesNotHaveDuplicates();
  }

  @Rule("ECM-5")
  @Test
  void create_connectsNowhere_andTheProviderHasEveryCapability() {
    try (CredentialProvider provider =
        factory.create(
            simple().and("address", "https://192.0.2.1:8200"),
            TestVault.context(SettableClock.at("2026-11-22T09:00:00Z")))) {
      assertThat(provider)
          .isInstanceOf(ChecksOutAccounts.class)
          .isInstanceOf(RenewsLeases.class)
          .isInstanceOf(RotatesCredentials.class)
          .isInstanceOf(SignsSshCertificates.class)
          .hasToString("VaultProvider[https://192.0.2.1:8200]");
    }
  }
}
