package io.postern.credential.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.credential.Secret;
import io.postern.credential.vault.Json.Malformed;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static Json parse(String text) throws Malformed {
    return Json.parse(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void values_areReadWhereTheyStand() throws Exception {
    Json json = parse(" {\"a\": {\"b\": [1, -2.5e3, true, null]}, \"n\": 42, \"t\": \"x\\\"y\"} ");

    assertThat(json.at("n").orElseThrow().number()).isEqualTo(42);
    assertThat(json.at("t").orElseThrow().text()).isEqualTo("x\"y");
    assertThat(json.at("a", "b").orElseThrow().elements()).hasSize(4);
    assertThat(json.at("a", "missing", "deeper")).isEmpty();
    assertThat(json).hasToString("OBJECT");
  }

  @Test
  void secrets_areDecodedByteByByte() throws Exception {
    Json json = parse("{\"s\": \"\\u0041\\u00e4\\u20ac\\ud83d\\ude00 \\\\ \\/ \\n ä€😀\"}");

    try (Secret secret = Answer.secret(json.at("s").orElseThrow()).orElseThrow()) {
      assertThat(TestVault.reveal(secret)).isEqualTo("Aä€😀 \\ / \n ä€😀");
    }
  }

  @Test
  void emptyStringsAndNumbers_areNoSecrets() throws Exception {
    assertThat(Answer.secret(parse("\"\""))).isEmpty();
    assertThat(Answer.secret(parse("12345"))).isEmpty();
  }

  @Test
  void body_readsBackAsItWasPutIn() throws Exception {
    String odd = "quote\" back\\slash \u0001 ä€😀";
    try (Secret secret = TestVault.secret(odd);
        JsonBody body = new JsonBody().text("t", odd).secret("s", secret).number("n", 7)) {
      Json json = Json.parse(body.written());
      assertThat(json.at("t").orElseThrow().text()).isEqualTo(odd);
      assertThat(json.at("s").orElseThrow().text()).isEqualTo(odd);
      assertThat(json.at("n").orElseThrow().number()).isEqualTo(7);
    }
  }

  @Test
  void bytesAreTaken_exactlyWhenThePlatformTakesThemForText() {
    Random random = new Random(20_261_122);
    int[] leads = {
      0x7f, 0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef, 0xf0, 0xf4, 0xf5
    };
    for (int i = 0; i < 200_000; i++) {
      byte[] json = new byte[3 + random.nextInt(4)];
      json[0] = '"';
      for (int at = 1; at < json.length - 1; at++) {
        int lead = leads[random.nextInt(leads.length)];
        json[at] = (byte) (random.nextInt(4) == 0 ? lead : 0x80 + random.nextInt(0x40));
      }
      json[1] = (byte) leads[random.nextInt(leads.length)];
      json[json.length - 1] = '"';
      assertThat(isText(json)).as(HexFormat.of().formatHex(json)).isEqualTo(isTaken(json));
    }
  }

  private static boolean isText(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }

  private static boolean isTaken(byte[] json) {
    try {
      Json.parse(ByteBuffer.wrap(json)).text();
      return true;
    } catch (Malformed e) {
      return false;
    }
  }

  @Test
  void buffersThatGrow_keepWhatIsInThem() {
    try (Bytes bytes = new Bytes(2)) {
      for (int i = 0; i < 100; i++) {
        bytes.put("0123456789");
      }
      assertThat(StandardCharsets.US_ASCII.decode(bytes.written()).toString())
          .isEqualTo("0123456789".repeat(100));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}}",
        "{\"a\"}",
        "{\"a\":}",
        "[1,]",
        "\"open",
        "\"\\u12\"",
        "\"\\ud800\"",
        "\"\\x\"",
        "nul",
        "01",
        "truefalse",
        "{\"a\":1|",
        "'a'",
        "\"\u0001\"",
        "1 2"
      })
  void whatIsNoJson_isRefused_andNotRepeated(String text) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(Malformed.class)
        .hasMessageMatching("no JSON, at byte \\d+");
  }

  @Test
  void bytesThatAreNoText_andValuesWithoutEnd_areRefused() {
    byte[] latin = {'"', (byte) 0xe4, '"'};
    assertThatThrownBy(() -> Json.parse(ByteBuffer.wrap(latin))).isInstanceOf(Malformed.class);
    assertThatThrownBy(() -> parse("[".repeat(100_000))).isInstanceOf(Malformed.class);
  }
}
