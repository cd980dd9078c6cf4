package io.postern.credential.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.postern.credential.Secret;
import io.postern.spi.json.JsonException;
import io.postern.spi.json.WipedBytes;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerTest {
  private static Answer answer(int status, String body) {
    return Answer.of(new WireAnswer(status, Map.of(), WipedBytes.create().put(body)));
  }

  @Test
  void whatIsOfAnotherKindThanIsAskedFor_countsAsNotThere() {
    try (Answer answer =
        answer(
            200,
            "{\"data\":\"s\",\"n\":1.5,\"b\":\"true\",\"o\":{},\"errors\":{\"a\":\"sealed\"}}")) {
      assertThat(answer.members("data")).isEmpty();
      assertThat(answer.text("o")).isEmpty();
      assertThat(answer.number("n")).isZero();
      assertThat(answer.number("data")).isZero();
      assertThat(answer.isTrue("b")).isFalse();
      assertThat(answer.secret("n")).isEmpty();
      assertThat(answer.secret("o")).isEmpty();
      assertThat(answer.namesErrors()).isFalse();
      assertThat(answer.says("sealed")).isFalse();
    }
  }

  @Test
  void emptyStringsAndNumbers_areNoSecrets_andNumbersAreTexts() {
    try (Answer answer = answer(200, "{\"empty\":\"\",\"pin\":12345,\"pw\":\"x\"}")) {
      assertThat(answer.secret("empty")).isEmpty();
      assertThat(answer.secret("pin")).isEmpty();
      assertThat(answer.text("pin")).isEqualTo("12345");
      Optional<Secret> secret = answer.secret("pw");
      assertThat(secret.map(TestVault::reveal)).hasValue("x");
      secret.ifPresent(Secret::close);
    }
  }

  @Test
  void stringThatIsTooLongForASecret_isNone() {
    try (Answer answer = answer(200, "{\"pw\":\"" + "x".repeat(Secret.MAX_BYTES + 1) + "\"}")) {
      assertThat(answer.secret("pw")).isEmpty();
    }
  }

  @Test
  void words_areFoundInAnyCaseOfLetters_inAnyOfTheErrors() {
    try (Answer answer =
        answer(
            400,
            "{\"errors\":[7,\"\",\"1 error:\\n\\t* Permission \\\"denied\\\"\",\"PERMISSION DENIED\"]}")) {
      assertThat(answer.namesErrors()).isTrue();
      assertThat(answer.says("permission denied")).isTrue();
      assertThat(answer.says("permission denied!")).isFalse();
      assertThat(answer.inWords()).isEqualTo("status=400 words=[permission denied]");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>", "{\"data\":{\"a\":1,\"a\":2}}", "{\"data\":\"s3cr3t", "{} {}"})
  void successThatIsNoJson_isRefused_whileARefusalCountsByItsStatus(String body) {
    assertThatExceptionOfType(JsonException.class)
        .isThrownBy(() -> answer(200, body))
        .withMessageNotContaining("s3cr3t");
    try (Answer answer = answer(503, body)) {
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.at("data")).isEmpty();
    }
  }

  @Test
  void answerWithoutBody_holdsNothing() {
    try (Answer answer = answer(204, "")) {
      assertThat(answer.at("data")).isEmpty();
      assertThat(answer.text("data")).isEmpty();
    }
  }
}
