package io.postern.credential.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Secret;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys of files are kept as long as their owner is open, and wiped then. */
class KeyRingTest {
  private static final TimeLimit LIMIT = TimeLimit.forLocks(Duration.ofSeconds(10));

  @TempDir Path directory;
  private FileKey key;
  private KeyRing ring;

  @BeforeEach
  void make() {
    key =
        FileKey.keyFile(
            Store.keyFile(directory.resolve("key"), "0123456789abcdef0123456789abcdef"));
    ring = new KeyRing(new Seal(), new Faults(directory.resolve("file")));
  }

  private static void assertWiped(Secret secret) {
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(() -> secret.use(bytes -> bytes.get()))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
  }

  @Test
  void close_wipesEveryKeyThatWasUnwrapped_alsoThoseThatWereReplaced() {
    Unlocked fresh = ring.fresh(Header.newId(), key, LIMIT);
    Unlocked again = ring.unlock(fresh.header(), key, LIMIT);
    Unlocked replaced = ring.fresh(fresh.header().id(), key, LIMIT);
    assertThat(again.fileKey().sameAs(fresh.fileKey())).isTrue();
    assertThat(replaced.fileKey().sameAs(fresh.fileKey())).isFalse();

    ring.close();

    assertWiped(fresh.fileKey());
    assertWiped(again.fileKey());
    assertWiped(replaced.fileKey());
    assertThatExceptionOfType(ProviderException.class)
        .isThrownBy(() -> ring.unlock(fresh.header(), key, LIMIT))
        .satisfies(e -> assertThat(e.failure()).isEqualTo(Failure.UNAVAILABLE));
  }

  @Test
  void aKeyThatIsUnwrappedWhileItIsClosed_isWipedAtOnce() {
    try (Secret passphrase = Store.secret("a passphrase")) {
      FileKey slow = FileKey.passphrase(passphrase);
      Unlocked fresh = ring.fresh(Header.newId(), slow, LIMIT);
      // Looked at again and again while a key is derived from the passphrase.
      InstantSource closing =
          () -> {
            ring.close();
            return Instant.EPOCH;
          };
      TimeLimit limit = TimeLimit.until(Instant.MAX, Duration.ofSeconds(10), closing);

      assertWiped(ring.unlock(fresh.header(), slow, limit).fileKey());
    }
  }
}
