package io.postern.credential.file;

import static io.postern.credential.file.Failures.assertNothingDone;
import static io.postern.credential.file.Store.MAYA;
import static io.postern.credential.file.Store.ORDERS;
import static io.postern.credential.file.Store.secret;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.credential.Secret;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Rule("ECM-7")
class TamperingTest {
  private static final int VERSION_AT = 8;

  @TempDir Path directory;
  private Store store;
  private byte[] whole;

  @BeforeEach
  void fill() throws Exception {
    store = new Store(directory);
    try (EncryptedCredentialFile file = store.create();
        Secret key = secret("a key");
        Secret passphrase = secret("its passphrase")) {
      Store.put(file, CredentialEntry.password("a", "postgres").exclusive(), "one");
      Store.put(file, CredentialEntry.password("b", "postgres"), "two");
      file.put(CredentialEntry.privateKey("c", "root").build(), key, passphrase);
    }
    whole = Files.readAllBytes(store.path);
  }

  /** What a fresh instance says of the file when its bytes are these. */
  private ProviderException refusal(byte[] bytes, String... texts) throws Exception {
    Files.write(store.path, bytes);
    try (EncryptedFileProvider provider = store.provider()) {
      ProviderException thrown =
          assertNothingDone(
              () -> provider.find(store.find(MAYA, ORDERS, "")),
              Failure.MISCONFIGURED,
              store.path.toString());
      assertNothingDone(
          () -> provider.resolve(store.resolve(MAYA, ORDERS, "b")), Failure.MISCONFIGURED, texts);
      assertNothingDone(
          () -> provider.checkIn(store.release(MAYA, "a", "", "call")),
          Failure.MISCONFIGURED,
          texts);
      return thrown;
    }
  }

  @Test
  void everyBitThatIsTurned_isAnErrorAndNeverAnAnswer() throws Exception {
    for (int at = 0; at < whole.length; at++) {
      byte[] turned = whole.clone();
      turned[at] ^= (byte) (1 << (at % 8));
      ProviderException thrown = refusal(turned);
      assertThat(thrown.getMessage())
          .as("byte %d", at)
          .containsAnyOf("damaged or tampered with", "is not an encrypted credential file");
    }
  }

  @Test
  void everyLengthThatItIsCutTo_isAnError() throws Exception {
    for (int length = 0; length < whole.length; length++) {
      refusal(Arrays.copyOf(whole, length), "damaged or tampered with");
    }
  }

  @Test
  void somethingBehindTheEnd_isAnError() throws Exception {
    refusal(Arrays.copyOf(whole, whole.length + 1), "something behind it");
  }

  @Test
  void otherFiles_areSaidNotToBeOurs() throws Exception {
    refusal("SQLite format 3\0".getBytes(StandardCharsets.US_ASCII), "is not an");
  }

  @Test
  void newerVersion_isSaidToBeOneAndADamagedVersionNumberIsNot() throws Exception {
    byte[] newer = whole.clone();
    ByteBuffer.wrap(newer).putShort(VERSION_AT, (short) 2);
    refusal(newer, "the checksum of its header is wrong");

    refusal(withChecksum(newer), "format version 2", "reads up to 1", "newer Postern");
  }

  @Test
  void headerThatWasChangedWithItsChecksum_doesNotOpen() throws Exception {
    byte[] otherId = whole.clone();
    otherId[Header.BYTES - 32 - 80 - 1] ^= 1;

    refusal(withChecksum(otherId), "the key file does not open");
  }

  @Test
  void headerThatAsksForFewIterations_isRefusedBeforeThePassphraseIsUsed() throws Exception {
    Path path = directory.resolve("with-passphrase");
    try (Secret passphrase = secret("correct horse")) {
      EncryptedCredentialFile.create(path, FileKey.passphrase(passphrase)).close();
      byte[] weak = Files.readAllBytes(path);
      ByteBuffer.wrap(weak).putInt(VERSION_AT + 6, 1);
      Files.write(path, withChecksum(weak));

      assertNothingDone(
          () -> EncryptedCredentialFile.open(path, FileKey.passphrase(passphrase)),
          Failure.MISCONFIGURED,
          "asks for 1 PBKDF2 iterations");
    }
  }

  private static byte[] withChecksum(byte[] file) {
    byte[] sum = Header.sha256(file, 0, Header.BYTES - 32);
    System.arraycopy(sum, 0, file, Header.BYTES - 32, sum.length);
    return file;
  }

  @Test
  void secretsThatChangedPlaces_areAnError() throws Exception {
    int length = "one".length() + Seal.OVERHEAD_BYTES;
    int first = whole.length - (2 * length + "a key".length() + "its passphrase".length() + 96);
    byte[] swapped = whole.clone();
    System.arraycopy(whole, first, swapped, first + length, length);
    System.arraycopy(whole, first + length, swapped, first, length);
    assertThat(swapped).isNotEqualTo(whole);

    refusal(swapped, "its part with the secrets was changed");
  }

  /** What the digest over all secrets refuses, the seal of each refuses too. */
  @Test
  void secretUnderAnotherNamePartOrGeneration_doesNotOpen() {
    Seal seal = new Seal();
    Faults faults = new Faults(store.path);
    try (Secret fileKey = secret("0123456789abcdef0123456789abcdef");
        Secret plain = secret("hidden")) {
      Header header = Header.create(store.key(), Header.newId(), fileKey, seal, () -> {});
      Unlocked unlocked = new Unlocked(header, fileKey);
      SealedSecret sealed =
          SealedSecret.seal(plain, SealedSecret.Part.MAIN, "a", 7, unlocked, seal);
      SealedSecret older = new SealedSecret(6, sealed.bytes());

      sealed.open(SealedSecret.Part.MAIN, "a", unlocked, seal, faults).close();
      String text = "does not open";
      assertNothingDone(
          () -> sealed.open(SealedSecret.Part.MAIN, "b", unlocked, seal, faults),
          Failure.MISCONFIGURED,
          text);
      assertNothingDone(
          () -> sealed.open(SealedSecret.Part.PASSPHRASE, "a", unlocked, seal, faults),
          Failure.MISCONFIGURED,
          text);
      assertNothingDone(
          () -> older.open(SealedSecret.Part.MAIN, "a", unlocked, seal, faults),
          Failure.MISCONFIGURED,
          text);
      Unlocked otherFile =
          new Unlocked(
              Header.create(store.key(), Header.newId(), fileKey, seal, () -> {}), fileKey);
      assertNothingDone(
          () -> sealed.open(SealedSecret.Part.MAIN, "a", otherFile, seal, faults),
          Failure.MISCONFIGURED,
          text);
    }
  }

  @Test
  void writerThatMeetsATamperedFile_leavesItAsItIs() throws Exception {
    try (EncryptedCredentialFile file = store.open()) {
      byte[] tampered = whole.clone();
      tampered[whole.length - 1] ^= 1;
      Files.write(store.path, tampered);

      assertNothingDone(
          () -> Store.put(file, CredentialEntry.password("d", "x"), "y"),
          Failure.MISCONFIGURED,
          "damaged or tampered with");
      assertThat(Files.readAllBytes(store.path)).isEqualTo(tampered);
    }
  }
}
