package io.postern.credential.aws;

import io.postern.credential.Secret;
import io.postern.spi.json.Json;
import io.postern.spi.json.JsonBody;
import io.postern.spi.json.JsonException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;

/**
 * The value of one version of a secret, as GetSecretValue answers. Read from the answer's bytes:
 * the SDK would make a String of it.
 *
 * @param version the version's id
 * @param content what is in it
 * @param binary whether it was stored as bytes and not as text
 */
record StoredValue(String version, Secret content, boolean binary) implements AutoCloseable {
  /**
   * Reads an answer.
   *
   * @throws JsonException when it is none
   */
  static StoredValue read(Json json) {
    boolean text = json.at("SecretString").isPresent();
    boolean binary = json.at("SecretBinary").isPresent();
    String version = json.text("VersionId").orElse("");
    if (text && binary) {
      throw new JsonException("a second value");
    }
    if (!(text || binary) || version.isEmpty()) {
      throw new JsonException("no value");
    }
    Secret content =
        json.secret(binary ? "SecretBinary" : "SecretString")
            .orElseGet(() -> Secret.takeFrom(new byte[0]));
    return new StoredValue(version, binary ? decoded(content) : content, binary);
  }

  /** Takes the Base64 over. */
  private static Secret decoded(Secret text) {
    byte[] base64 = bytes(text);
    text.close();
    byte[] bytes = new byte[base64.length];
    try {
      int length = Base64.getDecoder().decode(base64, bytes);
      return Secret.takeFrom(ByteBuffer.wrap(bytes, 0, length));
    } catch (IllegalArgumentException e) {
      // Its message says which character it was.
      throw new JsonException("SecretBinary is no Base64");
    } finally {
      Arrays.fill(base64, (byte) 0);
      Arrays.fill(bytes, (byte) 0);
    }
  }

  private static byte[] bytes(Secret secret) {
    return secret.use(
        content -> {
          byte[] bytes = new byte[content.remaining()];
          content.get(bytes);
          return bytes;
        });
  }

  /** Adds bytes to a request as the service takes them. */
  static JsonBody putBinary(JsonBody body, Secret content) {
    byte[] bytes = bytes(content);
    try (Secret base64 = Secret.takeFrom(Base64.getEncoder().encode(bytes))) {
      return body.secret("SecretBinary", base64);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  @Override
  public void close() {
    content.close();
  }
}
