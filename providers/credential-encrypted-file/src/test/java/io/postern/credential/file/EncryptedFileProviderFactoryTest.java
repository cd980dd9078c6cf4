package io.postern.credential.file;

import static io.postern.credential.file.Failures.assertNothingDone;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.spi.PluginIdentity;
import io.postern.spi.Settings;
import io.postern.spi.credential.ChecksOutAccounts;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.RenewsLeases;
import io.postern.spi.credential.RotatesCredentials;
import io.postern.testing.Rule;
import io.postern.testing.SettableClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptedFileProviderFactoryTest {
  private final EncryptedFileProviderFactory factory = new EncryptedFileProviderFactory();
  @TempDir Path directory;

  private List<String> faults(Settings settings) {
    List<String> faults = new ArrayList<>(settings.faults(factory.settings()));
    faults.addAll(factory.validate(settings));
    return faults;
  }

  @Test
  void serviceLoader_findsTheFactoryByItsName() {
    assertThat(
            ServiceLoader.load(CredentialProviderFactory.class, getClass().getClassLoader())
                .stream()
                .map(ServiceLoader.Provider::get)
                .map(CredentialProviderFactory::identity))
        .extracting(PluginIdentity::name, PluginIdentity::spiVersion)
        .containsExactly(Tuple.tuple("encrypted-file", PluginIdentity.SPI_VERSION));
  }

  @Rule("ECM-3")
  @Test
  void settings_withSeveralFaults_nameAllAtOnceBeforeAnythingIsTouched() {
    Settings wrong =
        Settings.with("lock-timeout", "soon")
            .and("rotation-length", "3")
            .and("key-fil", "k")
            .and("passphrase", "given as a text");

    assertThat(faults(wrong))
        .anySatisfy(fault -> assertThat(fault).contains("'file' is missing"))
        .anySatisfy(fault -> assertThat(fault).contains("'lock-timeout' is not of its type"))
        .anySatisfy(fault -> assertThat(fault).contains("'rotation-length' is not of its type"))
        .anySatisfy(fault -> assertThat(fault).contains("'key-fil'", "did you mean 'key-file'"))
        .anySatisfy(fault -> assertThat(fault).contains("'passphrase' must be given as a Secret"))
        .noneSatisfy(fault -> assertThat(fault).contains("given as a text'"))
        .hasSize(5);
    assertNothingDone(
        () -> factory.create(wrong, Store.context(SettableClock.at("2026-11-22T09:00:00Z"))),
        Failure.MISCONFIGURED,
        "site-file",
        "'file' is missing",
        "'rotation-length'");
  }

  @Rule("ECM-3")
  @Test
  void settings_needExactlyOneOfPassphraseAndKeyFile() {
    Settings file = Settings.with("file", "f");

    assertThat(faults(file)).singleElement().asString().contains("one of", "must be given");
    assertThat(faults(file.and("passphrase", Store.secret("p")).and("key-file", "k")))
        .singleElement()
        .asString()
        .contains("exclude each other");
    assertThat(faults(file.and("passphrase", Store.secret(""))))
        .singleElement()
        .asString()
        .contains("is empty");
    assertThat(faults(file.and("passphrase", Store.secret("p")))).isEmpty();
    assertThat(faults(file.and("key-file", "k"))).isEmpty();
  }

  @Rule("ECM-5")
  @Test
  void create_touchesNothingAndGivesAllThatAFileCanDo() throws Exception {
    Path path = directory.resolve("not-there").resolve("credentials");
    try (CredentialProvider provider =
        factory.create(
            Settings.with("file", path).and("key-file", directory.resolve("no-key")),
            Store.context(SettableClock.at("2026-11-22T09:00:00Z")))) {
      assertThat(provider)
          .isInstanceOf(ChecksOutAccounts.class)
          .isInstanceOf(RotatesCredentials.class)
          .isNotInstanceOf(RenewsLeases.class);
      assertThat(provider).hasToString("EncryptedFileProvider[" + path + "]");
    }
    assertThat(Files.list(directory)).isEmpty();
  }
}
