package io.postern.connector.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Credential;
import io.postern.spi.Settings;
import io.postern.spi.connector.Connector;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Strict key exchange, the answer to CVE-2023-48795 (Terrapin). */
@Timeout(60)
class StrictKexTest {
  private static final String OFFER = "kex-strict-s-v00@openssh.com";

  /** SSH_MSG_IGNORE with an empty text, not yet encrypted. */
  private static final byte[] IGNORE = {0, 0, 0, 12, 6, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

  @TempDir Path temp;

  private static Credential password() {
    return Credential.password(MinaServer.USER, Ssh.secret(MinaServer.PASSWORD));
  }

  /** Puts a packet of the attacker's own in front of the answer to our key exchange. */
  private static TamperingRelay.Rewrite injecting(AtomicBoolean done) {
    return (piece, number) -> {
      int at = indexOfMessage(piece, 31);
      if (at < 0 || done.getAndSet(true)) {
        return piece;
      }
      return ByteBuffer.allocate(piece.length + IGNORE.length)
          .put(piece, 0, at)
          .put(IGNORE)
          .put(piece, at, piece.length - at)
          .array();
    };
  }

  /** Where an unencrypted packet with this message begins in what was sent at once. */
  private static int indexOfMessage(byte[] piece, int message) {
    ByteBuffer in = ByteBuffer.wrap(piece);
    while (in.remaining() > 5) {
      int start = in.position();
      int length = in.getInt();
      if (length < 5 || length > in.remaining()) {
        return -1;
      }
      if (in.get(start + 5) == message) {
        return start;
      }
      in.position(start + 4 + length);
    }
    return -1;
  }

  @Test
  void packetPutInByAnAttacker_endsTheKeyExchange() throws Exception {
    try (Connector connector = Ssh.connector();
        MinaServer server = new MinaServer(temp.resolve("strict")).start();
        TamperingRelay relay = new TamperingRelay(server.port());
        Credential credential = password()) {
      AtomicBoolean injected = new AtomicBoolean();
      relay.rewriting(injecting(injected));
      PosternException failure =
          catchThrowableOfType(
              PosternException.class,
              () -> Ssh.open(connector, relay.port(), credential, Ssh.anyKey()));
      assertThat(injected).isTrue();
      assertThat(failure.code()).isEqualTo(ErrorCode.ENDPOINT_PROTOCOL);
      assertThat(failure).hasMessageContaining("strict key exchange");
      assertThat(server.passwordTries).hasValue(0);
    }
  }

  @Test
  void peerThatOffersIt_isTaken_whenItIsDemanded() throws Exception {
    try (Connector connector = Ssh.connector(Settings.with("require-strict-kex", true));
        MinaServer server = new MinaServer(temp.resolve("strict")).start();
        Credential credential = password()) {
      Ssh.open(connector, server.port(), credential, Ssh.anyKey()).close();
    }
  }

  @Test
  void peerWithoutIt_isRefusedOnlyWhenItIsDemanded() throws Exception {
    try (Connector demanding = Ssh.connector(Settings.with("require-strict-kex", true));
        MinaServer server = new MinaServer(temp.resolve("old")).start();
        TamperingRelay relay = new TamperingRelay(server.port());
        Credential credential = password()) {
      relay.rewriting(StrictKexTest::withoutOffer);
      PosternException failure =
          catchThrowableOfType(
              PosternException.class,
              () -> Ssh.open(demanding, relay.port(), credential, Ssh.anyKey()));
      assertThat(failure.code()).isEqualTo(ErrorCode.ENDPOINT_PROTOCOL);
      assertThat(failure).hasMessageContaining("require-strict-kex");
      assertThat(server.passwordTries).hasValue(0);
    }
  }

  /** Renames the offer to one of the same length that nobody knows. */
  private static byte[] withoutOffer(byte[] piece, int number) {
    String text = new String(piece, StandardCharsets.ISO_8859_1);
    return text.replace(OFFER, OFFER.replace("strict", "strikt"))
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
