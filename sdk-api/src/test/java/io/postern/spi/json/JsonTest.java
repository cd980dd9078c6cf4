package io.postern.spi.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.postern.credential.Secret;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Json parse(String text) {
    return Json.parse(bytes(text));
  }

  static String reveal(Secret secret) {
    return secret.use(Texts::of);
  }

  private static String revealed(Optional<Secret> secret) {
    try (Secret held = secret.orElseThrow()) {
      return reveal(held);
    }
  }

  @Test
  void values_areReadWhereTheyStand() {
    Json json = parse(" {\"a\": {\"b\": [1, -2.5e3, true, null]}, \"n\": 42, \"t\": \"x\\\"y\"} ");

    assertThat(json.number("n")).hasValue(42);
    assertThat(json.text("t")).hasValue("x\"y");
    assertThat(json.elements("a", "b"))
        .extracting(Json::kind)
        .containsExactly(Json.Kind.NUMBER, Json.Kind.NUMBER, Json.Kind.BOOLEAN, Json.Kind.NULL);
    assertThat(json.elements("a", "b").get(1).text()).hasValue("-2.5e3");
    assertThat(json.elements("a", "b").get(2).isTrue()).isTrue();
    assertThat(json.members()).containsOnlyKeys("a", "n", "t");
    assertThat(json.members("a")).containsOnlyKeys("b");
    assertThat(json).hasToString("OBJECT");
  }

  @Test
  void whatIsNotThere_isEmpty_andSoIsNull() {
    Json json = parse("{\"nothing\": null, \"text\": \"t\", \"list\": [{\"a\": 1}]}");

    for (String[] path :
        new String[][] {
          {"nothing"}, {"missing"}, {"missing", "deeper"}, {"text", "a"}, {"list", "a"}
        }) {
      assertThat(json.at(path)).isEmpty();
      assertThat(json.text(path)).isEmpty();
      assertThat(json.number(path)).isEmpty();
      assertThat(json.isTrue(path)).isFalse();
      assertThat(json.secret(path)).isEmpty();
      assertThat(json.elements(path)).isEmpty();
      assertThat(json.members(path)).isEmpty();
    }
    assertThat(json.members().get("nothing").kind()).isEqualTo(Json.Kind.NULL);
    assertThat(json.members().get("nothing").text()).isEmpty();
  }

  @Test
  void whatIsSomethingElse_isAnException_thatSaysWhereAndNotWhat() {
    Json json =
        parse(
            "{\"s\": \"s3cr3t\", \"n\": 123456.5, \"b\": false, \"o\": {\"p\": \"s3cr3t\"}, \"l\": [\"s3cr3t\"]}");

    refused(() -> json.number("s"), "number expected at byte 6");
    refused(() -> json.number("n"), "whole number expected at byte 21");
    refused(() -> json.isTrue("s"), "boolean expected at byte 6");
    refused(() -> json.elements("o"), "array expected at byte 48");
    refused(() -> json.members("l"), "object expected at byte 70");
    refused(() -> json.text("o"), "text expected at byte 48");
    refused(() -> json.text("l"), "text expected at byte 70");
    refused(() -> json.secret("n"), "string expected at byte 21");
    refused(() -> json.secret("b"), "string expected at byte 36");
    refused(() -> json.secret("l"), "string expected at byte 70");
  }

  private static void refused(Runnable reading, String message) {
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(reading::run)
        .withMessage(message)
        .withNoCause();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1.0", "1e3", "0.5", "9223372036854775808", "-9223372036854775809"})
  void numbersThatAreNotWholeOrDoNotFit_areRefused_andAreTexts(String number) {
    refused(() -> parse(number).number(), "whole number expected at byte 0");
    assertThat(parse(number).text()).hasValue(number);
  }

  @ParameterizedTest
  @CsvSource({"0,0", "-0,0", "7,7", "9223372036854775807,9223372036854775807", "-12,-12"})
  void wholeNumbers_areRead(String written, long number) {
    assertThat(parse(written).number()).hasValue(number);
  }

  @Test
  void secrets_areDecodedByteByByte() {
    Json json =
        parse(
            "{\"s\": \"\\u0041\\u00e4\\u20AC\\ud83d\\uDE00 \\\\ \\/ \\b\\f\\n\\r\\t\\u0000 ä€😀\"}");

    assertThat(revealed(json.secret("s"))).isEqualTo("Aä€😀 \\ / \b\f\n\r\t\0 ä€😀");
    assertThat(json.text("s")).hasValue("Aä€😀 \\ / \b\f\n\r\t\0 ä€😀");
  }

  @Test
  void secrets_outliveTheBytesTheyCameFrom_andNothingElseDoes() {
    ByteBuffer source = ByteBuffer.allocateDirect(64);
    source.put(bytes("{\"s\": \"hunter2\"}")).flip();
    Json json = Json.parse(source);
    Optional<Secret> secret = json.secret("s");
    WipedBytes.wipe(source);

    assertThat(revealed(secret)).isEqualTo("hunter2");
    assertThat(json.at("s")).isEmpty();
    assertThat(json.members().toString()).doesNotContain("hunter2");
  }

  @Test
  void emptyString_isAText_andNoSecret() {
    assertThat(parse("\"\"").secret()).isEmpty();
    assertThat(parse("\"\"").text()).hasValue("");
  }

  @Test
  void longestSecret_isRead_andALongerOneIsRefused() {
    String longest = "\"" + "x".repeat(Secret.MAX_BYTES) + "\"";
    try (Secret secret = parse(longest).secret().orElseThrow()) {
      assertThat(secret.length()).isEqualTo(Secret.MAX_BYTES);
    }
    refused(
        () -> parse("[" + longest.replaceFirst("x", "xx") + "]").elements().get(0).secret(),
        "string longer than a secret can be at byte 1");
  }

  @Test
  void names_areFoundByWhatTheySay_howeverTheyAreWritten() {
    Json json = parse("{\"pass\\u0077ord\": 1, \"pass\": 2, \"\": 3, \"\\ud83d\\ude00\": 4}");

    assertThat(json.number("password")).hasValue(1);
    assertThat(json.number("pass")).hasValue(2);
    assertThat(json.number("")).hasValue(3);
    assertThat(json.number("😀")).hasValue(4);
    assertThat(json.at("passwor")).isEmpty();
    assertThat(json.members()).containsOnlyKeys("password", "pass", "", "😀");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1,\"a\":2}",
        "{\"a\":null,\"b\":0,\"a\":2}",
        "{\"a\":1,\"\\u0061\":2}",
        "{\"\":1,\"\":2}",
        "[{\"x\":{\"€\":1,\"\\u20ac\":2}}]"
      })
  void sameNameAgain_isRefused(String json) {
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> parse(json))
        .withMessageMatching("the same name again at byte \\d+");
  }

  @Test
  void objectOfManyNames_isReadInTime_evenIfHashesOfThemAreAlike() {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < 1 << 16; i++) {
      json.append(i == 0 ? "\"" : ",\"");
      for (int bit = 0; bit < 16; bit++) {
        json.append((i >> bit & 1) == 0 ? "Aa" : "BB");
      }
      json.append("\":0");
    }
    assertThat(parse(json.append('}').toString()).members()).hasSize(1 << 16);
  }

  @Test
  void raw_isWhatIsWritten_andSaysWhereItStands() {
    ByteBuffer source = bytes("..{\"a\": \"\\u0041\", \"b\": [1, 2]}..");
    source.position(2).limit(source.limit() - 2);
    Json json = Json.parse(source);
    ByteBuffer raw = json.at("a").orElseThrow().raw();

    assertThat(raw.isReadOnly()).isTrue();
    assertThat(raw.position()).isEqualTo(6);
    assertThat(raw.limit()).isEqualTo(14);
    assertThat(Texts.of(raw)).isEqualTo("\"\\u0041\"");
    assertThat(Texts.of(json.at("b").orElseThrow().raw())).isEqualTo("[1, 2]");
    assertThat(source.position()).as("left as it was").isEqualTo(2);
    refused(() -> json.number("a"), "number expected at byte 6");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{|'\"' expected at byte 1",
        "{}}|more than one value at byte 2",
        "{\"a\"}|':' expected at byte 4",
        "{\"a\":}|value expected at byte 5",
        "{\"a\":1,}|'\"' expected at byte 7",
        "{\"a\":1 \"b\":2}|',' expected at byte 7",
        "{\"a\":1}{}|more than one value at byte 7",
        "{a:1}|'\"' expected at byte 1",
        "[1,]|value expected at byte 3",
        "[1 2]|',' expected at byte 3",
        "[,1]|value expected at byte 1",
        "[1|',' expected at byte 2",
        "1 2|more than one value at byte 2",
        "\"open|string without end at byte 5",
        "\"open\\\"|string without end at byte 7",
        "\"\\|unknown escape at byte 1",
        "\"\\u12\"|unknown escape at byte 1",
        "\"\\u12g4\"|unknown escape at byte 1",
        "\"\\x\"|unknown escape at byte 1",
        "\"\\ud800\"|half a surrogate pair at byte 1",
        "\"\\ud800\\n\"|half a surrogate pair at byte 1",
        "\"\\ud800\\ud800\"|half a surrogate pair at byte 1",
        "\"a\\ude00\"|half a surrogate pair at byte 2",
        "nul|value expected at byte 3",
        "True|value expected at byte 0",
        "truefalse|more than one value at byte 4",
        "'a'|value expected at byte 0",
        "01|more than one value at byte 1",
        "-|value expected at byte 1",
        "+1|value expected at byte 0",
        ".5|value expected at byte 0",
        "1.|digit expected at byte 2",
        "1e|digit expected at byte 2",
        "1e+|digit expected at byte 3",
        "NaN|value expected at byte 0",
        "\uFEFF{}|value expected at byte 0"
      })
  void whatIsNoJson_isRefused_sayingWhere(String text, String message) {
    refused(() -> parse(text), message);
  }

  @Test
  void nothing_isNoJson() {
    refused(() -> parse(""), "value expected at byte 0");
    refused(() -> parse(" \n"), "value expected at byte 2");
    refused(() -> parse("{\"a\":1|"), "',' expected at byte 6");
    refused(() -> parse("\"\n\""), "control character in a string at byte 1");
    refused(() -> parse("\"\u0001\""), "control character in a string at byte 1");
  }

  @Test
  void bytesThatAreNoText_areRefused() {
    byte[] latin = {'"', (byte) 0xe4, '"'};
    refused(() -> Json.parse(ByteBuffer.wrap(latin)), "no UTF-8 at byte 1");
    byte[] half = {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'};
    refused(() -> Json.parse(ByteBuffer.wrap(half)), "no UTF-8 at byte 1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{\"a\":", "[{\"a\":"})
  void deepNesting_isRefused_andNotAStackOverflow(String opening) {
    refused(
        () -> parse(opening.repeat(100_000)), "nested deeper than 64 at byte " + deepest(opening));
  }

  private static int deepest(String opening) {
    int levels = opening.startsWith("[{") ? 2 : 1;
    return opening.length() * (Json.DEEPEST / levels);
  }

  @Test
  void moreValuesThanFit_areRefused() {
    String most = "[" + "0,".repeat(Json.MOST_VALUES - 2) + "0";
    assertThat(parse(most + "]").elements()).hasSize(Json.MOST_VALUES - 1);
    refused(() -> parse(most + ",0]"), "more than 1000000 values at byte 1999999");
  }

  @Test
  void deepestNesting_isRead() {
    Json json = parse("[".repeat(Json.DEEPEST) + "1" + "]".repeat(Json.DEEPEST));
    for (int i = 0; i < Json.DEEPEST; i++) {
      json = json.elements().get(0);
    }
    assertThat(json.number()).hasValue(1);
  }
}
