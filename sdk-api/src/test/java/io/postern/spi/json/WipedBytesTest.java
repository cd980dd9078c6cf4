package io.postern.spi.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.postern.ErrorCode;
import io.postern.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class WipedBytesTest {
  @Test
  void bytesThatGrow_keepWhatIsInThem_andWipeWhatTheyLeave() {
    try (WipedBytes bytes = WipedBytes.create()) {
      ByteBuffer left = bytes.put("0123456789").written();
      for (int i = 1; i < 1_000; i++) {
        bytes.put("0123456789");
      }
      assertThat(Texts.of(bytes.written())).isEqualTo("0123456789".repeat(1_000));
      assertThat(bytes.size()).isEqualTo(10_000);
      assertThat(Texts.of(left)).as("where they were at first").isEqualTo("\0".repeat(10));
    }
  }

  @Test
  void put_takesWhatRemains_andLeavesTheSourceAsItIs() {
    ByteBuffer source = ByteBuffer.wrap("(äb)".getBytes(UTF_8));
    source.position(1).limit(4);
    try (WipedBytes bytes = WipedBytes.create().put((byte) '<').put(source).put("€>")) {
      assertThat(Texts.of(bytes.written())).isEqualTo("<äb€>");
      assertThat(source.remaining()).isEqualTo(3);
      assertThat(bytes.written().isReadOnly()).isTrue();
    }
  }

  @Test
  void readFrom_readsToTheEnd_inWhateverPiecesItComes() throws Exception {
    byte[] all = "0123456789".repeat(5_000).getBytes(UTF_8);
    InputStream slow =
        new ByteArrayInputStream(all) {
          @Override
          public int read(byte[] into, int offset, int length) {
            return super.read(into, offset, Math.min(length, 777));
          }
        };
    try (WipedBytes bytes = WipedBytes.readFrom(slow, all.length)) {
      assertThat(Texts.of(bytes.written())).isEqualTo(new String(all, UTF_8));
    }
    try (WipedBytes none = WipedBytes.readFrom(InputStream.nullInputStream(), 0)) {
      assertThat(none.size()).isZero();
    }
  }

  @Test
  void readFrom_ofMoreThanTheMost_fails_andRepeatsNothing() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () ->
                WipedBytes.readFrom(
                    new ByteArrayInputStream("hunter2".repeat(2_000).getBytes(UTF_8)), 13_999))
        .withMessage("there are more than 13999 bytes");
  }

  @Test
  void readFrom_wipesWhatItReadThrough_alsoWhenItFails() {
    byte[][] seen = new byte[1][];
    InputStream failing =
        new InputStream() {
          @Override
          public int read() {
            throw new AssertionError("byte by byte");
          }

          @Override
          public int read(byte[] into, int offset, int length) throws IOException {
            if (seen[0] != null) {
              throw new IOException("cut");
            }
            seen[0] = into;
            into[offset] = 's';
            return 1;
          }
        };
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> WipedBytes.readFrom(failing, 10))
        .withMessage("cut");
    assertThat(seen[0]).containsOnly(0);
  }

  @Test
  void close_wipesTheBytesThemselves_andEndsThem() {
    WipedBytes bytes = WipedBytes.create().put("hunter2");
    ByteBuffer kept = bytes.written();
    assertThat(bytes).hasToString("WipedBytes[7]");
    bytes.close();
    bytes.close();

    assertThat(Texts.of(kept)).isEqualTo("\0".repeat(7));
    Refusal.of(ErrorCode.CLOSED, bytes::written);
    Refusal.of(ErrorCode.CLOSED, bytes::size);
    Refusal.of(ErrorCode.CLOSED, () -> bytes.put((byte) 1));
    Refusal.of(ErrorCode.CLOSED, () -> bytes.put("more"));
    assertThat(bytes).hasToString("WipedBytes[closed]");
  }

  @Test
  void wipe_takesAllOfABuffer_andLeavesItsPositionAndLimit() {
    ByteBuffer buffer = ByteBuffer.wrap("hunter2".getBytes(UTF_8)).position(2).limit(3);
    WipedBytes.wipe(buffer);

    assertThat(buffer.array()).containsOnly(0);
    assertThat(buffer.position()).isEqualTo(2);
    assertThat(buffer.limit()).isEqualTo(3);
  }
}
