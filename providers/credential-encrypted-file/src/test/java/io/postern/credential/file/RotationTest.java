package io.postern.credential.file;

import static io.postern.credential.file.Failures.assertNothingDone;
import static io.postern.credential.file.Failures.assertPerhapsDone;
import static io.postern.credential.file.Store.reveal;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.spi.Settings;
import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Rule("OUT-4")
class RotationTest {
  @TempDir Path directory;
  private Store store;
  private EncryptedFileProvider provider;
  private final Account account = new Account();

  /** An account at an endpoint, whose password can be changed by who knows it. */
  private static final class Account implements PasswordChanger {
    private String password = "first";
    private final List<String> offered = new ArrayList<>();
    private boolean failsBefore;
    private boolean failsAfter;

    @Override
    public void change(Change change) {
      String next = reveal(change.next());
      offered.add(next);
      if (failsBefore) {
        throw new IllegalStateException("endpoint down");
      }
      if (!password.equals(next)) {
        assertThat(reveal(change.current())).isEqualTo(password);
        password = next;
      }
      if (failsAfter) {
        throw new IllegalStateException("connection lost");
      }
    }
  }

  @BeforeEach
  void fill() {
    store = new Store(directory);
    store.withOne("db", "first");
    provider = store.provider();
  }

  @AfterEach
  void close() {
    provider.close();
  }

  @Test
  void rotate_changesEndpointAndFile() {
    provider.rotate(store.rotate("db", "call-1", account));

    assertThat(account.password).isNotEqualTo("first").hasSize(24);
    assertThat(store.password(provider, "db")).isEqualTo(account.password);
    try (EncryptedCredentialFile file = store.open()) {
      assertThat(file.list()).extracting(CredentialEntry::key).containsExactly("db");
    }
  }

  @Test
  void rotate_thatFailsBeforeTheChange_goesOnWithTheSamePassword() {
    account.failsBefore = true;
    var thrown =
        assertPerhapsDone(
            () -> provider.rotate(store.rotate("db", "call-1", account)),
            Failure.ROTATION_FAILED,
            "could not be changed at orders-db");
    assertThat(thrown.getMessage() + thrown.logText())
        .doesNotContain("first")
        .doesNotContain(account.offered.get(0));
    assertThat(store.password(provider, "db")).isEqualTo("first");

    account.failsBefore = false;
    try (EncryptedFileProvider other = store.provider()) {
      other.rotate(store.rotate("db", "call-2", account));
    }

    assertThat(new HashSet<>(account.offered)).hasSize(1);
    assertThat(store.password(provider, "db")).isEqualTo(account.password);
  }

  @Test
  void rotate_thatFailsAfterTheChange_finishesWithTheSamePassword() {
    account.failsAfter = true;
    assertPerhapsDone(
        () -> provider.rotate(store.rotate("db", "call-1", account)), Failure.ROTATION_FAILED);
    assertThat(store.password(provider, "db")).isNotEqualTo(account.password);

    account.failsAfter = false;
    provider.rotate(store.rotate("db", "call-1", account));

    assertThat(account.offered).hasSize(2).containsOnly(account.password);
    assertThat(store.password(provider, "db")).isEqualTo(account.password);
  }

  @Test
  void rotate_whoseLastWriteFails_finishesLater() {
    int[] writes = new int[1];
    Disk failsOnSecondWrite =
        new Disk() {
          @Override
          public void replace(Path from, Path to) throws IOException {
            if (++writes[0] == 2) {
              throw new IOException("no space left on device");
            }
            Disk.super.replace(from, to);
          }
        };
    try (EncryptedFileProvider failing = store.provider(failsOnSecondWrite)) {
      assertPerhapsDone(
          () -> failing.rotate(store.rotate("db", "call-1", account)),
          Failure.UNAVAILABLE,
          "cannot be written");
    }
    provider.rotate(store.rotate("db", "call-1", account));

    assertThat(account.offered).hasSize(2).containsOnly(account.password);
    assertThat(store.password(provider, "db")).isEqualTo(account.password);
  }

  @Test
  void rotate_againWithACallThatIsThrough_changesNothing() {
    provider.rotate(store.rotate("db", "call-1", account));
    provider.rotate(store.rotate("db", "call-1", account));
    assertThat(account.offered).hasSize(1);

    provider.rotate(store.rotate("db", "call-2", account));
    assertThat(new HashSet<>(account.offered)).hasSize(2);
  }

  @Test
  void rotate_withoutAChanger_isMisconfiguredBeforeAnythingIsTouched() throws Exception {
    byte[] before = Files.readAllBytes(store.path);

    assertNothingDone(
        () -> provider.rotate(store.rotate("db", "call-1", null)),
        Failure.MISCONFIGURED,
        "give it a PasswordChanger");
    assertThat(Files.readAllBytes(store.path)).isEqualTo(before);
  }

  @Test
  void rotate_ofAPrivateKey_ofAnotherEndpoint_orOfNothing_isRefusedWithItsReason() {
    try (EncryptedCredentialFile file = store.open()) {
      Store.put(file, CredentialEntry.privateKey("ssh", "root"), "key");
      Store.put(file, CredentialEntry.password("web", "www").forItem("shop-web"), "x");
    }
    assertNothingDone(
        () -> provider.rotate(store.rotate("ssh", "call-1", account)),
        Failure.MISCONFIGURED,
        "private key, and only passwords can be rotated");
    assertNothingDone(
        () -> provider.rotate(store.rotate("web", "call-1", account)),
        Failure.DENIED,
        "'web' is not for orders-db");
    assertNothingDone(
        () -> provider.rotate(store.rotate("none", "call-1", account)), Failure.NOT_FOUND, "none");
    assertThat(account.offered).isEmpty();
  }

  @Test
  void rotate_ofAnEntryThatIsReplacedMeanwhile_saysThatTheEndpointMayHaveAnother() {
    PasswordChanger operatorComesBetween =
        change -> {
          account.change(change);
          try (EncryptedCredentialFile file = store.open()) {
            Store.put(file, CredentialEntry.password("db", "postgres"), "by hand");
          }
        };
    assertPerhapsDone(
        () -> provider.rotate(store.rotate("db", "call-1", operatorComesBetween)),
        Failure.ROTATION_FAILED,
        "replaced or removed while its password was being changed");
    assertThat(store.password(provider, "db")).isEqualTo("by hand");
  }

  @Test
  void passwords_areTypableOfTheLengthThatWasSetAndNeverTheSame() {
    Set<String> passwords = new HashSet<>();
    Settings settings = Settings.with("file", store.path).and("key-file", store.keyPath);
    try (EncryptedFileProvider twelve = store.provider(settings.and("rotation-length", 12))) {
      for (int i = 0; i < 30; i++) {
        twelve.rotate(store.rotate("db", "call-" + i, account));
        passwords.add(account.password);
      }
    }
    assertThat(passwords)
        .hasSize(30)
        .allSatisfy(
            password ->
                assertThat(password)
                    .matches("[a-zA-Z][a-zA-Z2-9._-]{11}")
                    .containsPattern("[a-z]")
                    .containsPattern("[A-Z]")
                    .containsPattern("[2-9]")
                    .containsPattern("[._-]")
                    .doesNotContain("0", "O", "I", "l", "1"));
  }
}
