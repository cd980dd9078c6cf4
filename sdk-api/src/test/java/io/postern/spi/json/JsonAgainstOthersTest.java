package io.postern.spi.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads what another JSON library writes, writes what it reads, and refuses what it refuses. */
class JsonAgainstOthersTest {
  private static final JsonFactory JACKSON =
      JsonFactory.builder()
          .enable(com.fasterxml.jackson.core.StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(Json.DEEPEST).build())
          .build();

  private static final List<String> WHOLE =
      List.of(
          "{\"a\":[1,{\"b\":\"c\\u00e9\\n\"},true,null],\"d\":\"\\ud834\\udd1e\",\"e\":-1.5E+3}",
          "{\"data\":{\"username\":\"app\",\"password\":\"p\\\"w\\\\ä€😀\"},\"lease_duration\":3600}",
          " [ 0 , -0.5e-7 , false , { } , [ ] , { \"x\" : { \"y\" : [ \"\\/\" ] } } ]\t\r\n");

  /** What a slip of a finger or a line would make of JSON, more often than any byte. */
  private static final byte[] SIGNS =
      "{}[]:,\"\\/bfnrtu0123456789abcdefABCDEF+-. \ttruefalsn".getBytes(StandardCharsets.US_ASCII);

  static LongStream seeds() {
    return LongStream.range(0, 50);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void anyText_comesBack_whoeverWroteIt(long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      String text = text(random);
      assertThat(Json.parse(ByteBuffer.wrap(written(text))).text(text)).hasValue(text);
      try (JsonBody body = JsonBody.create().text(text, text)) {
        assertThat(tokens(Texts.of(body.written()))).contains(tokens(text, text));
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

  private static byte[] written(String text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator generator = JACKSON.createGenerator(out)) {
      generator.writeStartObject();
      generator.writeStringField(text, text);
      generator.writeEndObject();
    }
    return out.toByteArray();
  }

  private static List<String> tokens(String name, String value) {
    return List.of("{", "FIELD_NAME " + name, "VALUE_STRING " + value, "}");
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void damagedDocument_isTakenWhereOthersTakeIt_forTheSame_andElseAJsonException(long seed) {
    Random random = new Random(seed);
    for (int i = 0; i < 1_500; i++) {
      byte[] whole = WHOLE.get(random.nextInt(WHOLE.size())).getBytes(StandardCharsets.UTF_8);
      int hits = random.nextInt(3);
      for (int hit = 0; hit <= hits; hit++) {
        whole[random.nextInt(whole.length)] =
            random.nextInt(4) == 0
                ? (byte) random.nextInt(256)
                : SIGNS[random.nextInt(SIGNS.length)];
      }
      int length = random.nextInt(3) == 0 ? random.nextInt(whole.length) : whole.length;
      ByteBuffer damaged = ByteBuffer.wrap(whole, 0, length);

      assertThat(ours(damaged))
          .as(() -> HexFormat.of().formatHex(whole, 0, length))
          .isEqualTo(theirs(damaged));
    }
  }

  private static Optional<List<String>> ours(ByteBuffer bytes) {
    try {
      List<String> tokens = new ArrayList<>();
      walk(Json.parse(bytes), tokens);
      return Optional.of(tokens);
    } catch (JsonException e) {
      assertThat(e.getMessage())
          .matches(
              "('[\":,]' expected|value expected|digit expected|more than one value"
                  + "|control character in a string|string without end|unknown escape"
                  + "|half a surrogate pair|no UTF-8|the same name again|nested deeper than 64)"
                  + " at byte \\d+");
      return Optional.empty();
    }
  }

  private static void walk(Json json, List<String> tokens) {
    switch (json.kind()) {
      case OBJECT -> {
        tokens.add("{");
        for (Map.Entry<String, Json> member : json.members().entrySet()) {
          tokens.add("FIELD_NAME " + member.getKey());
          walk(member.getValue(), tokens);
        }
        tokens.add("}");
      }
      case ARRAY -> {
        tokens.add("[");
        json.elements().forEach(element -> walk(element, tokens));
        tokens.add("]");
      }
      case STRING -> tokens.add("VALUE_STRING " + json.text().orElseThrow());
      default -> tokens.add(Texts.of(json.raw()));
    }
  }

  private static Optional<List<String>> theirs(ByteBuffer bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(bytes.duplicate()).toString();
      return tokens(text).filter(JsonAgainstOthersTest::isUnicode);
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** The other library lets halves of surrogate pairs pass. */
  private static boolean isUnicode(List<String> tokens) {
    return tokens.stream()
        .allMatch(token -> StandardCharsets.UTF_8.newEncoder().canEncode(CharBuffer.wrap(token)));
  }

  /** What the other library reads, if it reads it, and exactly one value. */
  private static Optional<List<String>> tokens(String json) {
    List<String> tokens = new ArrayList<>();
    try (JsonParser parser = JACKSON.createParser(json)) {
      int depth = 0;
      for (JsonToken next = parser.nextToken(); next != null; next = parser.nextToken()) {
        if (depth == 0 && !tokens.isEmpty()) {
          return Optional.empty();
        }
        depth += next.isStructStart() ? 1 : next.isStructEnd() ? -1 : 0;
        boolean string = next == JsonToken.FIELD_NAME || next == JsonToken.VALUE_STRING;
        tokens.add(string ? next + " " + parser.getText() : parser.getText());
      }
      return tokens.isEmpty() ? Optional.empty() : Optional.of(tokens);
    } catch (IOException e) {
      return Optional.empty();
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
      Optional<String> platform = decoded(json);
      assertThat(read(json)).as(HexFormat.of().formatHex(json)).isEqualTo(platform);
    }
  }

  private static Optional<String> decoded(byte[] json) {
    try {
      ByteBuffer content = ByteBuffer.wrap(json, 1, json.length - 2);
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(content).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> read(byte[] json) {
    try {
      return Json.parse(ByteBuffer.wrap(json)).text();
    } catch (JsonException e) {
      return Optional.empty();
    }
  }
}
