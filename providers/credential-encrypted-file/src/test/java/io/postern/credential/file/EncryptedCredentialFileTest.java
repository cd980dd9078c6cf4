package io.postern.credential.file;

import static io.postern.credential.file.Failures.assertNothingDone;
import static io.postern.credential.file.Store.MAYA;
import static io.postern.credential.file.Store.ORDERS;
import static io.postern.credential.file.Store.reveal;
import static io.postern.credential.file.Store.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.credential.Secret;
import io.postern.spi.Settings;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Random;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncryptedCredentialFileTest {
  @TempDir Path directory;
  private Store store;

  @BeforeEach
  void prepare() {
    store = new Store(directory);
  }

  @Test
  void put_isReadBackByAnotherInstance() {
    try (EncryptedCredentialFile file = store.create();
        Secret key = secret("-----BEGIN KEY-----");
        Secret passphrase = secret("opens it")) {
      Store.put(
          file,
          CredentialEntry.password("db", "postgres").label("Ordérs").exclusive().forTag("prod"),
          "pässword");
      file.put(CredentialEntry.privateKey("ssh", "root").build(), key, passphrase);
      file.put(CredentialEntry.privateKey("bare", "root").build(), key);
      assertThat(key.isClosed()).as("stays the caller's").isFalse();
    }
    try (EncryptedCredentialFile file = store.open()) {
      assertThat(file.list())
          .extracting(CredentialEntry::key, CredentialEntry::kind, CredentialEntry::isExclusive)
          .containsExactly(
              Tuple.tuple("bare", CredentialKind.PRIVATE_KEY, false),
              Tuple.tuple("db", CredentialKind.PASSWORD, true),
              Tuple.tuple("ssh", CredentialKind.PRIVATE_KEY, false));
    }
    try (EncryptedFileProvider provider = store.provider()) {
      var lent = provider.resolve(store.resolve(MAYA, ORDERS, "ssh"));
      assertThat(lent.lease()).isEqualTo(LeaseTerms.unlimited());
      try (var credential = (Credential.PrivateKey) lent.credential()) {
        assertThat(credential.username()).isEqualTo("root");
        assertThat(reveal(credential.key())).isEqualTo("-----BEGIN KEY-----");
        assertThat(reveal(credential.passphrase().orElseThrow())).isEqualTo("opens it");
      }
      var bare = (Credential.PrivateKey) resolve(provider, "bare");
      assertThat(bare.passphrase()).isEmpty();
      bare.close();
    }
  }

  private Credential resolve(EncryptedFileProvider provider, String key) {
    return provider.resolve(store.resolve(MAYA, ORDERS, key)).credential();
  }

  @Test
  void put_ofASecretOfTheGreatestSize_isReadBack() {
    byte[] large = new byte[Secret.MAX_BYTES];
    new Random(1).nextBytes(large);
    try (EncryptedCredentialFile file = store.create();
        Secret given = Secret.takeFrom(large.clone())) {
      file.put(CredentialEntry.privateKey("large", "root").build(), given);
    }
    try (EncryptedFileProvider provider = store.provider();
        Secret expected = Secret.takeFrom(large);
        Credential credential = resolve(provider, "large")) {
      assertThat(((Credential.PrivateKey) credential).key().sameAs(expected)).isTrue();
    }
  }

  @Test
  void put_overAnEntry_replacesItAndRemoveTakesItAway() {
    store.withOne("db", "first");
    try (EncryptedCredentialFile file = store.open();
        EncryptedFileProvider provider = store.provider()) {
      assertThat(store.password(provider, "db")).isEqualTo("first");

      Store.put(file, CredentialEntry.password("db", "postgres"), "second");
      assertThat(store.password(provider, "db")).as("seen at once").isEqualTo("second");

      assertThat(file.remove("db")).isTrue();
      assertThat(file.remove("db")).isFalse();
      assertThat(provider.find(store.find(MAYA, ORDERS, ""))).isEmpty();
    }
  }

  @Test
  void put_ofNothing_isRefusedSoThatNoAnswerIsEverEmpty() {
    try (EncryptedCredentialFile file = store.create();
        Secret empty = secret("");
        Secret some = secret("x")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> file.put(CredentialEntry.password("a", "b").build(), empty))
          .withMessageContaining("'a' must not have an empty secret");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> file.put(CredentialEntry.password("a", "b").build(), some, some))
          .withMessageContaining("only private keys have a passphrase");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> CredentialEntry.password(" a", "b"))
          .withMessageContaining("credential key");
      assertThat(file.list()).isEmpty();
    }
  }

  @Test
  void file_isForItsOwnerAloneAndSoIsWhatStandsBesideIt() throws Exception {
    store.withOne("db", "x");

    try (var files = Files.list(directory)) {
      assertThat(files)
          .extracting(path -> path.getFileName().toString())
          .containsExactlyInAnyOrder("key", "credentials.postern", "credentials.postern.lock");
    }
    for (String name : new String[] {"credentials.postern", "credentials.postern.lock"}) {
      assertThat(
              PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void create_overAFile_isRefused() throws Exception {
    store.withOne("db", "x");
    byte[] before = Files.readAllBytes(store.path);

    assertNothingDone(() -> store.create(), Failure.MISCONFIGURED, "already", "" + store.path);
    assertThat(Files.readAllBytes(store.path)).isEqualTo(before);
  }

  @Test
  void link_staysALinkAndItsTargetIsReplaced() throws Exception {
    store.withOne("db", "first");
    Path link = Files.createSymbolicLink(directory.resolve("link"), store.path);

    try (EncryptedCredentialFile file = EncryptedCredentialFile.open(link, store.key())) {
      Store.put(file, CredentialEntry.password("db", "postgres"), "second");
    }
    assertThat(link).isSymbolicLink();
    try (EncryptedFileProvider provider = store.provider()) {
      assertThat(store.password(provider, "db")).isEqualTo("second");
    }
  }

  @Test
  void passphrase_opensAndAnotherDoesNot() {
    try (Secret right = secret("correct horse");
        Secret wrong = secret("correct hors")) {
      try (EncryptedCredentialFile file =
          EncryptedCredentialFile.create(store.path, FileKey.passphrase(right))) {
        Store.put(file, CredentialEntry.password("db", "postgres"), "x");
      }
      Settings settings = Settings.with("file", store.path);
      try (EncryptedFileProvider provider = store.provider(settings.and("passphrase", right))) {
        assertThat(store.password(provider, "db")).isEqualTo("x");
      }
      try (EncryptedFileProvider provider = store.provider(settings.and("passphrase", wrong))) {
        var thrown =
            assertNothingDone(
                () -> provider.find(store.find(MAYA, ORDERS, "")),
                Failure.MISCONFIGURED,
                "the passphrase does not open",
                "" + store.path);
        assertThat(thrown.getMessage() + thrown.logText()).doesNotContain("correct hors");
      }
      assertNothingDone(
          () -> store.open(), Failure.MISCONFIGURED, "sealed with a passphrase, not a key file");
    }
  }

  @Test
  void changeKey_letsOnlyTheNewKeyInAndKeepsEverything() {
    store.withOne("db", "x");
    Path otherKey = Store.keyFile(directory.resolve("other"), "another-key-another-key-another!");
    try (EncryptedCredentialFile file = store.open();
        EncryptedFileProvider old = store.provider()) {
      assertThat(store.password(old, "db")).isEqualTo("x");

      file.changeKey(FileKey.keyFile(otherKey));
      Store.put(file, CredentialEntry.password("db2", "postgres"), "y");

      assertNothingDone(
          () -> old.find(store.find(MAYA, ORDERS, "")),
          Failure.MISCONFIGURED,
          "the key file does not open");
    }
    assertNothingDone(() -> store.open(), Failure.MISCONFIGURED, "the key file does not open");
    try (EncryptedFileProvider provider =
        store.provider(Settings.with("file", store.path).and("key-file", otherKey))) {
      assertThat(store.password(provider, "db")).isEqualTo("x");
      assertThat(store.password(provider, "db2")).isEqualTo("y");
    }
  }

  @Test
  void health_saysWhatIsTheMatterAndNeverThrows() throws Exception {
    HealthCheck check = new HealthCheck(store.clock.instant().plus(Duration.ofSeconds(5)));
    try (EncryptedFileProvider provider = store.provider()) {
      assertThat(provider.health(check))
          .satisfies(health -> assertThat(health.usable()).isFalse())
          .satisfies(health -> assertThat(health.detail()).contains("there is no encrypted"));
      store.withOne("db", "hidden");
      assertThat(provider.health(check))
          .satisfies(health -> assertThat(health.usable()).isTrue())
          .satisfies(health -> assertThat(health.detail()).contains("with 1 credentials"));
      Files.write(store.path, new byte[] {1, 2, 3});
      assertThat(provider.health(check).detail()).contains("is not an encrypted credential file");
      provider.close();
      assertThat(provider.health(check).usable()).isFalse();
    }
  }

  @Rule("ECM-6")
  @Test
  void calls_afterTheirDeadline_areTimedOut() {
    store.withOne("db", "x");
    try (EncryptedFileProvider provider = store.provider()) {
      var late = store.resolve(MAYA, ORDERS, "db");
      store.clock.advance(Duration.ofMinutes(1));

      assertNothingDone(
          () -> provider.resolve(late), Failure.TIMED_OUT, "not answered for in time");
      assertThat(store.password(provider, "db")).isEqualTo("x");
    }
  }

  @Rule("ECM-6")
  @Test
  void passphrase_stretchedPastTheDeadline_isTimedOut() {
    try (Secret right = secret("correct horse")) {
      EncryptedCredentialFile.create(store.path, FileKey.passphrase(right)).close();
      // Each look at the clock moves it on, as if the work took that long.
      InstantSource hasty = () -> store.clock.advance(Duration.ofSeconds(2));
      try (var provider =
          new EncryptedFileProviderFactory()
              .create(
                  Settings.with("file", store.path).and("passphrase", right),
                  Store.context(hasty))) {
        assertNothingDone(
            () -> provider.find(store.find(MAYA, ORDERS, "")), Failure.TIMED_OUT, "in time");
      }
    }
  }

  @Test
  void calls_afterClose_areUnavailableAndCloseIsHarmlessTwice() {
    store.withOne("db", "x");
    EncryptedFileProvider provider = store.provider();
    assertThat(store.password(provider, "db")).isEqualTo("x");

    provider.close();
    provider.close();

    assertNothingDone(
        () -> provider.resolve(store.resolve(MAYA, ORDERS, "db")),
        Failure.UNAVAILABLE,
        "was closed here");
    assertNothingDone(
        () -> provider.checkIn(store.release(MAYA, "db", "", "c")),
        Failure.UNAVAILABLE,
        "was closed here");
  }

  @Rule("ECM-5")
  @Test
  void release_neverFailsAlsoWhenTheEntryIsGone() {
    store.withOne("db", "x");
    try (EncryptedFileProvider provider = store.provider()) {
      provider.release(store.release(MAYA, "db", "", "call-1"));
      provider.release(store.release(MAYA, "gone", "whatever", "call-1"));
    }
  }
}
