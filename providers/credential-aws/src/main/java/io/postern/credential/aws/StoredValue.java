package io.postern.credential.aws;

import io.postern.credential.Secret;
import io.postern.credential.aws.JsonScanner.JsonException;
import io.postern.credential.aws.JsonScanner.Span;
import java.nio.ByteBuffer;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

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
  static StoredValue read(ByteBuffer body) {
    JsonScanner scanner = new JsonScanner(body);
    String version = "";
    Secret content = null;
    boolean binary = false;
    boolean whole = false;
    try {
      scanner.expect('{');
      for (boolean first = true; scanner.more(first, '}'); first = false) {
        String name = JsonObject.text(scanner, scanner.name());
        boolean isContent = name.equals("SecretString") || name.equals("SecretBinary");
        if (scanner.peek() != '"' || !(isContent || name.equals("VersionId"))) {
          scanner.skip();
          continue;
        }
        Span value = scanner.string();
        if (!isContent) {
          version = JsonObject.text(scanner, value);
        } else if (content != null) {
          throw scanner.fault("a second value");
        } else {
          binary = name.equals("SecretBinary");
          content = binary ? decoded(scanner, value) : Secret.takeFrom(scanner.unescaped(value));
        }
      }
      scanner.end();
      if (content == null || version.isEmpty()) {
        throw scanner.fault("no value");
      }
      whole = true;
      return new StoredValue(version, content, binary);
    } finally {
      if (!whole) {
        close(content);
      }
    }
  }

  private static Secret decoded(JsonScanner scanner, Span value) {
    ByteBuffer text = scanner.unescaped(value);
    byte[] base64 = new byte[text.remaining()];
    text.get(base64);
    OffHeap.wipe(text);
    byte[] bytes = new byte[base64.length];
    try {
      int length = Base64.getDecoder().decode(base64, bytes);
      return Secret.takeFrom(ByteBuffer.wrap(bytes, 0, length));
    } catch (IllegalArgumentException e) {
      // Its message says which character it was.
      throw new JsonException("SecretBinary is no Base64");
    } finally {
      OffHeap.wipe(base64);
      OffHeap.wipe(bytes);
    }
  }

  /** Adds bytes to a request as the service takes them. */
  static RequestBody putBinary(RequestBody body, ByteBuffer content) {
    byte[] bytes = new byte[content.remaining()];
    content.duplicate().get(bytes);
    byte[] base64 = Base64.getEncoder().encode(bytes);
    try {
      return body.utf8("SecretBinary", ByteBuffer.wrap(base64));
    } finally {
      OffHeap.wipe(bytes);
      OffHeap.wipe(base64);
    }
  }

  private static void close(@Nullable Secret content) {
    if (content != null) {
      content.close();
    }
  }

  @Override
  public void close() {
    content.close();
  }
}
