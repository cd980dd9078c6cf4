package io.postern.samples;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.json.Json;
import io.postern.spi.json.JsonBody;
import io.postern.spi.json.JsonException;
import io.postern.spi.json.WipedBytes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The samples of docs/provider-guide.md for a store that speaks JSON. */
class JsonStoreTest {
  private static final int MOST_BYTES = 1 << 20;

  private String sent = "";

  // region answer
  /** Of an answer such as {"data": {"username": "app", "password": "..."}}. */
  static Credential credential(InputStream answer) throws IOException {
    try (WipedBytes body = WipedBytes.readFrom(answer, MOST_BYTES)) {
      Json json = Json.parse(body.written());
      String user =
          json.text("data", "username").orElseThrow(() -> new JsonException("no user name"));
      Secret password =
          json.secret("data", "password").orElseThrow(() -> new JsonException("no password"));
      return Credential.password(user, password);
    } catch (JsonException e) {
      throw ProviderException.withoutEffect(
          Failure.UNAVAILABLE,
          "what came is no answer of the store's; check what stands between here and there",
          String.valueOf(e.getMessage()), // such as: string without end at byte 71
          e);
    }
  }

  // endregion

  // region request
  void logOn(String role, Secret secretId) {
    try (JsonBody body = JsonBody.create().text("role_id", role).secret("secret_id", secretId)) {
      send("/log-on", body.written());
    }
  }

  // endregion

  private void send(String path, ByteBuffer json) {
    sent = path + " " + UTF_8.decode(json);
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  @Test
  void answer_becomesACredential() throws IOException {
    String answer = "{\"data\": {\"username\": \"app\", \"password\": \"p\\u00e4ss\"}, \"v\": 3}";
    try (Secret expected = Secret.takeFrom("päss".getBytes(UTF_8));
        Credential.Password credential = (Credential.Password) credential(stream(answer))) {
      assertThat(credential.username()).isEqualTo("app");
      assertThat(credential.password().sameAs(expected)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>guest network</html>",
        "{\"data\": {\"username\": \"app\", \"password\": \"hunter2",
        "{\"data\": {\"username\": \"app\", \"password\": \"\"}}",
        "{\"data\": {\"username\": \"app\", \"password\": [\"hunter2\"]}}",
        "{\"data\": {\"password\": \"hunter2\"}}"
      })
  void whatIsNoAnswer_isAFailure_thatShowsNothingOfIt(String answer) {
    assertThatExceptionOfType(ProviderException.class)
        .isThrownBy(() -> credential(stream(answer)))
        .satisfies(e -> assertThat(e.failure()).isEqualTo(Failure.UNAVAILABLE))
        .satisfies(e -> assertThat(e.logText() + e.getCause()).doesNotContain("hunter2"));
  }

  @Test
  void request_holdsTheSecret() {
    try (Secret secretId = Secret.takeFrom("s\"1".getBytes(UTF_8))) {
      logOn("postern", secretId);
    }
    assertThat(sent).isEqualTo("/log-on {\"role_id\":\"postern\",\"secret_id\":\"s\\\"1\"}");
  }
}
