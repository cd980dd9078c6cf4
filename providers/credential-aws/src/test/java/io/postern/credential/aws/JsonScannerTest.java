package io.postern.credential.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.common.Json;
import io.postern.credential.aws.JsonScanner.JsonException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reads and writes what another JSON library writes and reads, and fails on the rest. */
class JsonScannerTest {
  static LongStream seeds() {
    return LongStream.range(0, 50);
  }

  private static ByteBuffer bytes(String json) {
    return ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anyText_comesBack_whoeverWroteIt(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      String text = text(random);
      assertThat(JsonObject.parse(bytes(Json.write(Map.of("a", text)))).text("a")).hasValue(text);
      try (RequestBody body = new RequestBody().text("a", text).end()) {
        String written = StandardCharsets.UTF_8.decode(body.content()).toString();
        assertThat(Json.read(written, Map.class)).isEqualTo(Map.of("a", text));
      }
    }
  }

  private static String text(Random random) {
    return random
        .ints(random.nextInt(40), 0, 0x30000)
        .map(c -> c % 3 == 0 ? c % 0x80 : c)
        .filter(c -> c < 0xd800 || c > 0xdfff)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void damagedDocument_isAJsonException_andNothingElse(long seed) {
    Random random = new Random(seed);
    byte[] whole =
        "{\"a\":[1,{\"b\":\"c\\u00e9\\n\"},true,null],\"d\":\"\\ud834\\udd1e\",\"e\":-1.5E+3}"
            .getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < 500; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      int length = random.nextInt(damaged.length) + 1;
      try {
        JsonObject.parse(ByteBuffer.wrap(damaged, 0, length));
      } catch (JsonException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1}{}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"\\u12g4\"}",
        "{\"a\":\"\n\"}",
        "{\"a\":\"\\\"}",
        "{\"a\":1,\"a\":2}",
        "{a:1}"
      })
  void whatIsNoJson_isRefused(String json) {
    assertThatThrownBy(() -> JsonObject.parse(bytes(json))).isInstanceOf(JsonException.class);
  }

  @Test
  void deepNesting_isRefused_andNotAStackOverflow() {
    String deep = "{\"a\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}";

    assertThatThrownBy(() -> JsonObject.parse(bytes(deep))).isInstanceOf(JsonException.class);
    assertThatThrownBy(() -> new JsonScanner(bytes("[".repeat(100_000))).skip())
        .isInstanceOf(JsonException.class);
  }

  @Test
  void nulls_countAsAbsent() {
    assertThat(JsonObject.parse(bytes("{\"a\":null,\"b\":true}")).has("a")).isFalse();
  }
}
