package io.postern.credential.vault;

import io.postern.spi.json.WipedBytes;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * An HTTP answer. Closing wipes its body.
 *
 * @param status as in HTTP
 * @param headers by lower-case name
 * @param content the body
 */
record WireAnswer(int status, Map<String, String> headers, WipedBytes content)
    implements AutoCloseable {
  Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }

  ByteBuffer body() {
    return content.written();
  }

  @Override
  public void close() {
    content.close();
  }

  @Override
  public String toString() {
    return "HTTP " + status;
  }
}
