package io.postern.spi.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.postern.ErrorCode;
import io.postern.Refusal;
import io.postern.credential.Secret;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JsonBodyTest {
  private static final String ODD = "quote\" back\\slash \u0000\u0001\u001f\u007f ä€😀";

  private static Secret secret(String text) {
    return Secret.takeFrom(text.getBytes(UTF_8));
  }

  private static String written(JsonBody body) {
    return Texts.of(body.written());
  }

  @Test
  void body_readsBackAsItWasPutIn() {
    try (Secret secret = secret(ODD);
        JsonBody body =
            JsonBody.create()
                .text("t", ODD)
                .secret("s", secret)
                .number("n", Long.MIN_VALUE)
                .bool("b", true)
                .texts(ODD, List.of(ODD, ""))) {
      Json json = Json.parse(body.written());
      assertThat(json.text("t")).hasValue(ODD);
      assertThat(json.text("s")).hasValue(ODD);
      assertThat(json.number("n")).hasValue(Long.MIN_VALUE);
      assertThat(json.isTrue("b")).isTrue();
      assertThat(json.elements(ODD))
          .extracting(one -> one.text().orElseThrow())
          .containsExactly(ODD, "");
    }
  }

  @Test
  void members_standInTheirOrder_alsoInObjectsWithin() {
    try (JsonBody body =
        JsonBody.create()
            .object("none", none -> {})
            .object("one", one -> one.number("a", 1).object("two", two -> two.bool("b", false)))
            .objects("list", List.of(first -> first.text("c", "d"), second -> {}))
            .texts("empty", List.of())
            .number("last", 0)) {
      assertThat(written(body))
          .isEqualTo(
              "{\"none\":{},\"one\":{\"a\":1,\"two\":{\"b\":false}},"
                  + "\"list\":[{\"c\":\"d\"},{}],\"empty\":[],\"last\":0}");
    }
  }

  @Test
  void bodyWithoutMembers_isAnEmptyObject() {
    try (JsonBody body = JsonBody.create()) {
      assertThat(written(body)).isEqualTo("{}");
      assertThat(written(body)).as("asked again").isEqualTo("{}");
    }
  }

  @Test
  void valueOfOtherJson_isPutInAsItIsWritten() {
    Json other = Json.parse(ByteBuffer.wrap("{\"k\" : [ 1.50, \"\\u0041\" ] }".getBytes(UTF_8)));
    try (JsonBody body = JsonBody.create().json("kept", other)) {
      assertThat(written(body)).isEqualTo("{\"kept\":{\"k\" : [ 1.50, \"\\u0041\" ] }}");
    }
  }

  @Test
  void stream_bringsTheSame_eachTime() throws Exception {
    try (JsonBody body = JsonBody.create().text("t", ODD.repeat(1_000))) {
      for (int i = 0; i < 2; i++) {
        try (InputStream stream = body.stream()) {
          assertThat(stream.available()).isEqualTo(body.written().remaining());
          assertThat(stream.read()).isEqualTo('{');
          ByteArrayOutputStream rest = new ByteArrayOutputStream();
          int most = body.written().remaining() - 1;
          assertThat(i == 0 ? stream.transferTo(rest) : most).isEqualTo(most);
          rest.writeBytes(stream.readAllBytes());
          assertThat("{" + rest.toString(UTF_8)).isEqualTo(written(body));
          assertThat(stream.read()).isEqualTo(-1);
        }
      }
    }
  }

  @Test
  void stream_leavesNothingInTheArrayItPassesOn() throws Exception {
    List<byte[]> seen = new ArrayList<>();
    try (Secret secret = secret("hunter2");
        JsonBody body = JsonBody.create().secret("s", secret)) {
      body.stream()
          .transferTo(
              new OutputStream() {
                @Override
                public void write(int one) {
                  throw new AssertionError("byte by byte");
                }

                @Override
                public void write(byte[] bytes, int offset, int length) {
                  assertThat(new String(bytes, offset, length, UTF_8)).contains("hunter2");
                  seen.add(bytes);
                }
              });
    }
    assertThat(seen).hasSize(1).allSatisfy(bytes -> assertThat(bytes).containsOnly(0));
  }

  @Test
  void afterTheEnd_nothingIsPutIn_andWhatIsThereStays() {
    try (JsonBody body = JsonBody.create().number("a", 1)) {
      assertThat(written(body)).isEqualTo("{\"a\":1}");
      assertThatIllegalStateException()
          .isThrownBy(() -> body.number("b", 2))
          .withMessageContaining("'b'");
      assertThat(written(body)).isEqualTo("{\"a\":1}");
    }
  }

  @Test
  void bodyIsNotTaken_whileAnObjectInItIsOpen() {
    try (JsonBody body = JsonBody.create()) {
      assertThatIllegalStateException()
          .isThrownBy(() -> body.object("a", a -> a.number("b", 1).written()));
    }
  }

  @Test
  void halfASurrogatePair_isRefused_andNotRepeated() {
    for (String broken : new String[] {"pass\uD83Dword", "\uDE00password", "password\uD83D"}) {
      for (JsonBodyStep step :
          new JsonBodyStep[] {
            body -> body.text("t", broken),
            body -> body.text(broken, "t"),
            body -> body.texts("t", List.of(broken))
          }) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> step.on(JsonBody.create()))
            .withMessageContaining("surrogate")
            .withMessageNotContaining("word");
      }
    }
  }

  private interface JsonBodyStep {
    JsonBody on(JsonBody body);
  }

  @Test
  void secretThatIsNoText_isRefused_andNotRepeated() {
    byte[][] none = {
      {'p', 'w', (byte) 0xe4},
      {(byte) 0xff},
      {(byte) 0xc0, (byte) 0x80},
      {(byte) 0xed, (byte) 0xa0, (byte) 0x80}
    };
    for (byte[] bytes : none) {
      try (Secret secret = Secret.takeFrom(bytes)) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> JsonBody.create().secret("s", secret))
            .withMessageContaining("Base64")
            .withMessageNotContaining("pw");
      }
    }
  }

  @Test
  void bodyInWhichAMemberFailed_isWiped() {
    Secret closed = secret("hunter2");
    closed.close();
    try (JsonBody body = JsonBody.create()) {
      Refusal.of(ErrorCode.CLOSED, () -> body.text("a", "b").secret("s", closed));
      Refusal.of(ErrorCode.CLOSED, body::written);
    }
  }

  @Test
  void close_wipesTheBytesThemselves() {
    JsonBody body;
    ByteBuffer kept;
    try (Secret secret = secret("hunter2")) {
      body = JsonBody.create().secret("s", secret);
      kept = body.written();
      assertThat(Texts.of(kept)).contains("hunter2");
      assertThat(kept.isReadOnly()).isTrue();
    }
    body.close();
    body.close();
    assertThat(Texts.of(kept)).matches("\0+");
    Refusal.of(ErrorCode.CLOSED, body::written);
    Refusal.of(ErrorCode.CLOSED, () -> body.stream());
    assertThat(body.toString()).doesNotContain("hunter2");
  }

  @Test
  void toString_showsNothingOfIt() {
    try (JsonBody body = JsonBody.create().text("user", "app")) {
      assertThat(body.toString()).doesNotContain("app").doesNotContain("user");
    }
  }
}
