package io.postern.credential.vault;

import io.postern.credential.Secret;
import io.postern.spi.json.WipedBytes;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request. Its secrets, the token and perhaps the body, belong to whoever made it.
 *
 * @param method such as {@code GET}
 * @param target path and query, encoded
 * @param headers lines without their ends; none holds a secret
 * @param token sent as {@code X-Vault-Token}
 * @param body JSON, or nothing
 */
record WireRequest(
    String method,
    String target,
    List<String> headers,
    @Nullable Secret token,
    @Nullable ByteBuffer body) {

  /** As it goes over the line; the receiver closes it. */
  WipedBytes encoded(Origin origin) {
    WipedBytes bytes = WipedBytes.create();
    bytes.put(method + " " + target + " HTTP/1.1\r\nHost: " + origin.authority() + "\r\n");
    headers.forEach(header -> bytes.put(header + "\r\n"));
    if (token != null) {
      bytes.put("X-Vault-Token: ");
      token.use(bytes::put);
      bytes.put("\r\n");
    }
    if (body != null) {
      bytes.put("Content-Type: application/json\r\n");
    }
    if (body != null || !method.equals("GET")) {
      bytes.put("Content-Length: " + (body == null ? 0 : body.remaining()) + "\r\n");
    }
    bytes.put("Accept: application/json\r\n\r\n");
    if (body != null) {
      bytes.put(body);
    }
    return bytes;
  }

  @Override
  public String toString() {
    return method + " " + target;
  }
}
