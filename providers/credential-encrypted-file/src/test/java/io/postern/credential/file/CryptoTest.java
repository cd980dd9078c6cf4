package io.postern.credential.file;

import static io.postern.credential.file.Store.secret;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.postern.credential.Secret;
import java.io.ByteArrayOutputStream;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.junit.jupiter.api.Test;

class CryptoTest {
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void stretch_isWhatTheJdkCallsPbkdf2() throws Exception {
    for (int iterations : new int[] {1, 2, 1000, 5000}) {
      byte[] salt = bytes("some salt " + iterations);
      char[] password = "password with several words".toCharArray();
      byte[] expected =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
              .generateSecret(new PBEKeySpec(password, salt, iterations, 256))
              .getEncoded();

      try (Secret key =
              Pbkdf2.stretch(bytes("password with several words"), salt, iterations, () -> {});
          Secret same = Secret.takeFrom(expected)) {
        assertThat(key.sameAs(same)).as("%d iterations", iterations).isTrue();
      }
    }
  }

  @Test
  void passphrase_saltAndIterationsAllMakeAnotherKey() {
    try (Secret passphrase = secret("pass");
        Secret other = secret("pasS");
        Secret key = Pbkdf2.key(passphrase, bytes("salt"), 10, () -> {});
        Secret same = Pbkdf2.key(passphrase, bytes("salt"), 10, () -> {});
        Secret byPassphrase = Pbkdf2.key(other, bytes("salt"), 10, () -> {});
        Secret bySalt = Pbkdf2.key(passphrase, bytes("sale"), 10, () -> {});
        Secret byIterations = Pbkdf2.key(passphrase, bytes("salt"), 11, () -> {})) {
      assertThat(key.sameAs(same)).isTrue();
      assertThat(key.sameAs(byPassphrase)).isFalse();
      assertThat(key.sameAs(bySalt)).isFalse();
      assertThat(key.sameAs(byIterations)).isFalse();
      assertThat(key.length()).isEqualTo(32);
    }
  }

  @Test
  void seal_opensWithItsKeyAndContextOnlyAndNeverLooksTheSame() {
    Seal seal = new Seal();
    ByteBuffer plain = ByteBuffer.wrap(bytes("the text"));
    try (Secret key = secret("0123456789abcdef0123456789abcdef");
        Secret other = secret("0123456789abcdef0123456789abcdeg")) {
      byte[] sealed = seal.seal(key, bytes("context"), plain);

      assertThat(seal.open(key, bytes("context"), sealed)).contains(plain);
      assertThat(seal.open(other, bytes("context"), sealed)).isEmpty();
      assertThat(seal.open(key, bytes("contexu"), sealed)).isEmpty();
      assertThat(seal.open(key, bytes("context"), Arrays.copyOf(sealed, 40))).isEmpty();
      assertThat(seal.seal(key, bytes("context"), plain)).isNotEqualTo(sealed);
      assertThat(seal.open(key, bytes("context"), sealed).orElseThrow().isDirect()).isTrue();
    }
  }

  @Test
  void borrowedKey_wipesEveryArrayThatItLent() throws Exception {
    byte[] own = bytes("key");
    BorrowedKey key = new BorrowedKey("AES", own);
    byte[] first = key.getEncoded();
    byte[] second = key.getEncoded();
    assertThat(first).isEqualTo(second).isEqualTo(bytes("key"));

    key.destroy();

    assertThat(own).containsOnly(0);
    assertThat(first).containsOnly(0);
    assertThat(second).containsOnly(0);
    assertThat(key.isDestroyed()).isTrue();
    assertThat(key).hasToString("BorrowedKey[*]");
    try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
      assertThatExceptionOfType(NotSerializableException.class)
          .isThrownBy(() -> out.writeObject(key));
    }
  }

  @Test
  void weakOrEmptyKeys_areRefusedWhenTheyAreNamed() {
    try (Secret passphrase = secret("correct horse");
        Secret empty = secret("")) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> FileKey.passphrase(passphrase, 209_999))
          .withMessageContaining("210000 to 50000000, was 209999");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> FileKey.passphrase(empty))
          .withMessageContaining("must not be empty");
      assertThat(FileKey.passphrase(passphrase)).hasToString("FileKey[passphrase]");
    }
  }

  @Test
  void iterations_canBeSetUpwardsAndStandInTheHeader() {
    try (Secret passphrase = secret("correct horse");
        Secret fileKey = secret("0123456789abcdef0123456789abcdef")) {
      Header header =
          Header.create(
              FileKey.passphrase(passphrase, 300_000),
              Header.newId(),
              fileKey,
              new Seal(),
              () -> {});
      assertThat(ByteBuffer.wrap(header.bytes()).getInt(14)).isEqualTo(300_000);
      try (Secret unwrapped =
          // Opened with the usual number: the header's counts.
          header.unwrap(
              FileKey.passphrase(passphrase), new Seal(), new Faults(Path.of("f")), () -> {})) {
        assertThat(unwrapped.sameAs(fileKey)).isTrue();
      }
    }
  }
}
