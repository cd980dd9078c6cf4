package io.postern.credential;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.postern.ErrorCode;
import io.postern.Refusal;
import io.postern.testing.Rule;
import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class SecretTest {
  private static byte[] bytes(Secret secret) {
    return secret.use(SecretTest::read);
  }

  private static byte[] read(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  @Test
  void takeFrom_bytes_copiesAndWipesThem() {
    byte[] source = {1, 2, 3};
    try (Secret secret = Secret.takeFrom(source)) {
      assertThat(bytes(secret)).containsExactly(1, 2, 3);
      assertThat(secret.length()).isEqualTo(3);
    }
    assertThat(source).containsOnly(0);
  }

  @Test
  void takeFrom_aBuffer_takesWhatRemainsAndLeavesTheRest() {
    ByteBuffer source = ByteBuffer.wrap(new byte[] {9, 1, 2, 8});
    source.position(1).limit(3);
    try (Secret secret = Secret.takeFrom(source)) {
      assertThat(bytes(secret)).containsExactly(1, 2);
    }
    assertThat(source.remaining()).isZero();
    assertThat(source.array()).containsExactly(9, 0, 0, 8);
  }

  @Test
  void takeFrom_characters_encodesThemAsUtf8AndWipesThem() {
    char[] source = "pä\uD83D\uDE00€".toCharArray();
    try (Secret secret = Secret.takeFrom(source)) {
      assertThat(bytes(secret)).isEqualTo("pä\uD83D\uDE00€".getBytes(UTF_8));
    }
    assertThat(source).containsOnly('\0');
  }

  @Test
  void takeFrom_halfASurrogatePair_isRefusedAndWiped() {
    for (String broken : new String[] {"pass\uD83Dword", "\uDE00password", "password\uD83D"}) {
      char[] source = broken.toCharArray();
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Secret.takeFrom(source))
          .withMessageNotContaining("word");
      assertThat(source).containsOnly('\0');
    }
  }

  @Test
  void takeFrom_moreThanTheMost_isRefusedAndWiped() {
    byte[] most = new byte[Secret.MAX_BYTES];
    Secret.takeFrom(most).close();
    byte[] more = new byte[Secret.MAX_BYTES + 1];
    more[5] = 7;
    assertThatIllegalArgumentException().isThrownBy(() -> Secret.takeFrom(more));
    assertThat(more).containsOnly(0);
    char[] wide = "€".repeat(Secret.MAX_BYTES / 3 + 1).toCharArray();
    assertThatIllegalArgumentException().isThrownBy(() -> Secret.takeFrom(wide));
    assertThat(wide).containsOnly('\0');
  }

  @Test
  @Rule("INJ-1")
  void close_wipesTheBytesThemselves() {
    Secret secret = Secret.takeFrom(new byte[] {1, 2, 3});
    // Kept against the rule, to look at the memory behind it.
    ByteBuffer kept = secret.use(buffer -> buffer);
    assertThat(read(kept)).containsExactly(1, 2, 3);
    secret.close();
    secret.close();
    assertThat(read(kept)).containsExactly(0, 0, 0);
    assertThat(secret.isClosed()).isTrue();
  }

  @Test
  void use_ofAClosedSecret_isRefused() {
    Secret secret = Secret.takeFrom(new byte[] {1});
    secret.close();
    Refusal.of(ErrorCode.CLOSED, () -> secret.use(ByteBuffer::remaining));
    Refusal.of(ErrorCode.CLOSED, secret::copy);
    try (Secret other = Secret.takeFrom(new byte[] {1})) {
      Refusal.of(ErrorCode.CLOSED, () -> other.sameAs(secret));
      Refusal.of(ErrorCode.CLOSED, () -> secret.sameAs(other));
    }
  }

  @Test
  void use_givesAReadOnlyBufferFromTheStartEachTime() {
    try (Secret secret = Secret.takeFrom(new byte[] {1, 2})) {
      int sum = secret.use(buffer -> buffer.get() + buffer.get());
      assertThat(sum).isEqualTo(3);
      boolean fresh = secret.use(buffer -> buffer.isReadOnly() && buffer.remaining() == 2);
      assertThat(fresh).isTrue();
    }
  }

  @Test
  void close_waitsForWhoIsReading() throws Exception {
    Secret secret = Secret.takeFrom(new byte[] {1, 2, 3});
    CountDownLatch reading = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    FutureTask<byte[]> reader =
        new FutureTask<>(
            () ->
                secret.use(
                    buffer -> {
                      reading.countDown();
                      try {
                        goOn.await();
                      } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                      }
                      return read(buffer);
                    }));
    new Thread(reader, "reader").start();
    reading.await();
    Thread closer = new Thread(secret::close, "closer");
    closer.start();
    while (closer.getState() != Thread.State.WAITING) {
      assertThat(closer.isAlive()).as("the closer waits for the reader").isTrue();
      Thread.onSpinWait();
    }
    goOn.countDown();
    assertThat(reader.get()).containsExactly(1, 2, 3);
    closer.join();
    assertThat(secret.isClosed()).isTrue();
  }

  @Test
  void copy_livesOnItsOwn() {
    Secret secret = Secret.takeFrom(new byte[] {1, 2});
    try (Secret copy = secret.copy()) {
      assertThat(copy.sameAs(secret)).isTrue();
      secret.close();
      assertThat(bytes(copy)).containsExactly(1, 2);
    }
  }

  @Test
  void sameAs_comparesAllBytesAndTheLength() {
    byte[][] others = {{1, 2}, {1, 2, 4}, {2, 2, 3}, {1, 2, 3, 0}, {1, 2, 3, 1, 2, 3}, {}};
    try (Secret secret = Secret.takeFrom(new byte[] {1, 2, 3});
        Secret same = Secret.takeFrom(new byte[] {1, 2, 3})) {
      assertThat(secret.sameAs(same)).isTrue();
      for (byte[] bytes : others) {
        try (Secret other = Secret.takeFrom(bytes)) {
          assertThat(secret.sameAs(other)).isFalse();
          assertThat(other.sameAs(secret)).isFalse();
        }
      }
    }
  }

  @Test
  @Rule("INJ-1")
  void text_ofASecretAndOfWhatHoldsIt_showsNothing() {
    try (Credential credential =
        Credential.password("app", Secret.takeFrom("hunter2".toCharArray()))) {
      assertThat(credential.toString()).doesNotContain("hunter2").contains("Secret[*]");
    }
  }

  @Test
  void close_ofAPrivateKey_closesKeyAndPassphrase() {
    Secret key = Secret.takeFrom(new byte[] {1});
    Secret passphrase = Secret.takeFrom(new byte[] {2});
    Credential.privateKey("app", key, passphrase).close();
    assertThat(key.isClosed()).isTrue();
    assertThat(passphrase.isClosed()).isTrue();
  }
}
