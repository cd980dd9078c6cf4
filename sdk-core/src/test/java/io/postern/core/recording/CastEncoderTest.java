package io.postern.core.recording;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.testing.Rule;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Events read back with a JSON parser. */
@Rule("REC-1")
class CastEncoderTest {
  private static final byte[] HEADER =
      "{\"version\":2,\"width\":80,\"height\":24}\n".getBytes(UTF_8);

  private static String shown(GrowingBytes events) throws IOException {
    GrowingBytes file = new GrowingBytes();
    file.append(HEADER);
    file.append(events.array(), 0, events.size());
    StringBuilder shown = new StringBuilder();
    try (CastReader reader =
        new CastReader(new ByteArrayInputStream(file.array(), 0, file.size()))) {
      for (Optional<CastReader.Event> event = reader.next();
          event.isPresent();
          event = reader.next()) {
        assertThat(event.get().text()).isNotEmpty();
        shown.append(event.get().text());
      }
    }
    return shown.toString();
  }

  @Test
  void output_ofAnyBytesInAnyPieces_readsBackAsJavaDecodesThem() throws IOException {
    Random random = new Random(42);
    String sample = "plain \"quoted\" \\ \u0001\u001b[1m\t\r\n\u007f\u009b äß→🔑\u2028";
    for (int round = 0; round < 5_000; round++) {
      byte[] bytes = sample.getBytes(UTF_8);
      for (int i = random.nextInt(6); i > 0; i--) {
        bytes[random.nextInt(bytes.length)] = (byte) (random.nextInt(192) + 64);
      }
      CastEncoder encoder = new CastEncoder();
      GrowingBytes events = new GrowingBytes();
      for (int at = 0; at < bytes.length; ) {
        int length = Math.min(bytes.length - at, 1 + random.nextInt(9));
        encoder.output(round, bytes, at, length, events);
        at += length;
      }
      encoder.finish(round, events);
      assertThat(shown(events)).isEqualTo(new String(bytes, UTF_8));
    }
  }

  @Test
  void output_ofOverlongFormsAndWhatIsBeyondUnicode_isReplaced() throws IOException {
    int[][] wrong = {
      {0xc0, 0xaf},
      {0xe0, 0x80, 0xaf},
      {0xf0, 0x80, 0x80, 0x80},
      {0xf4, 0x90, 0x80, 0x80},
      {0xf5, 0x80},
      {0xe2, 0x82, 'a'},
      {0x80},
      {0xf0, 0x9f, 0xe2, 0x82, 0xac}
    };
    for (int[] each : wrong) {
      byte[] bytes = new byte[each.length];
      for (int i = 0; i < each.length; i++) {
        bytes[i] = (byte) each[i];
      }
      CastEncoder encoder = new CastEncoder();
      GrowingBytes events = new GrowingBytes();
      encoder.output(0, bytes, 0, bytes.length, events);
      encoder.finish(0, events);
      assertThat(shown(events)).isEqualTo(new String(bytes, UTF_8)).contains("\ufffd");
    }
  }

  @Test
  void output_ofASurrogate_isReplacedByteByByteAsUnicodeRecommends() throws IOException {
    // Java's decoder makes one U+FFFD of all three here, unlike Unicode 3.9 and browsers.
    GrowingBytes events = new GrowingBytes();
    new CastEncoder().output(0, new byte[] {(byte) 0xed, (byte) 0xa0, (byte) 0x80}, 0, 3, events);
    assertThat(shown(events)).isEqualTo("\ufffd\ufffd\ufffd");
  }

  @Test
  void output_ofHalfACharacter_waitsForTheRest() throws IOException {
    CastEncoder encoder = new CastEncoder();
    GrowingBytes events = new GrowingBytes();
    byte[] key = "🔑".getBytes(UTF_8);
    encoder.output(1, key, 0, 3, events);
    assertThat(events.size()).isZero();
    encoder.output(2_050, key, 3, 1, events);
    assertThat(new String(events.array(), 0, events.size(), UTF_8))
        .isEqualTo("[2.050,\"o\",\"🔑\"]\n");
  }

  @Test
  void output_ofEveryControl_leavesNoneInTheFile() {
    GrowingBytes events = new GrowingBytes();
    byte[] bytes = new byte[256];
    for (int i = 0; i < 256; i++) {
      bytes[i] = (byte) i;
    }
    new CastEncoder().output(0, bytes, 0, 256, events);
    new CastEncoder().output(0, "\u0080\u009b\u009f".getBytes(UTF_8), 0, 6, events);
    String file = new String(Arrays.copyOf(events.array(), events.size()), UTF_8);
    assertThat(file.replace("\n", "").chars()).noneMatch(Character::isISOControl);
  }

  @Test
  void resize_isAnEventOfItsOwn() {
    GrowingBytes events = new GrowingBytes();
    new CastEncoder().resize(61_007, 132, 43, events);
    assertThat(new String(events.array(), 0, events.size(), UTF_8))
        .isEqualTo("[61.007,\"r\",\"132x43\"]\n");
  }
}
