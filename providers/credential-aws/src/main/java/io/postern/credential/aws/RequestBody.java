package io.postern.credential.aws;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A JSON object on its way to the service, outside the heap and wiped when it is closed. Used by
 * one thread at a time.
 */
final class RequestBody implements AutoCloseable {
  private ByteBuffer bytes = ByteBuffer.allocateDirect(512);

  RequestBody() {
    bytes.put((byte) '{');
  }

  RequestBody text(String name, String value) {
    member(name);
    quoted(ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  /** A member whose value is JSON already. */
  RequestBody json(String name, String json) {
    member(name);
    put(ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  /** A member whose value is a text in UTF-8. */
  RequestBody utf8(String name, ByteBuffer value) {
    member(name);
    quoted(value);
    return this;
  }

  /** Ends the object; nothing is added any more. */
  RequestBody end() {
    put((byte) '}');
    bytes.flip();
    return this;
  }

  /** JSON for a list of texts. */
  static String list(Iterable<String> texts) {
    try (RequestBody body = new RequestBody()) {
      body.bytes.clear();
      body.put((byte) '[');
      boolean first = true;
      for (String one : texts) {
        if (!first) {
          body.put((byte) ',');
        }
        body.quoted(ByteBuffer.wrap(one.getBytes(StandardCharsets.UTF_8)));
        first = false;
      }
      body.put((byte) ']');
      return StandardCharsets.UTF_8.decode(body.bytes.flip()).toString();
    }
  }

  private void member(String name) {
    if (bytes.position() > 1) {
      put((byte) ',');
    }
    quoted(ByteBuffer.wrap(name.getBytes(StandardCharsets.UTF_8)));
    put((byte) ':');
  }

  private void quoted(ByteBuffer text) {
    put((byte) '"');
    for (int i = text.position(); i < text.limit(); i++) {
      byte next = text.get(i);
      if (next == '"' || next == '\\') {
        put((byte) '\\');
        put(next);
      } else if (next >= 0 && next < 0x20) {
        put(ByteBuffer.wrap("\\u00".getBytes(StandardCharsets.US_ASCII)));
        put((byte) Character.forDigit(next >> 4, 16));
        put((byte) Character.forDigit(next & 0xf, 16));
      } else {
        put(next);
      }
    }
    put((byte) '"');
  }

  private void put(byte one) {
    bytes = OffHeap.roomFor(bytes, 1).put(one);
  }

  private void put(ByteBuffer all) {
    bytes = OffHeap.roomFor(bytes, all.remaining()).put(all);
  }

  int length() {
    return bytes.remaining();
  }

  /** The bytes, to be read only while this is open. */
  ByteBuffer content() {
    return bytes.asReadOnlyBuffer();
  }

  /** The bytes from their beginning. */
  InputStream stream() {
    ByteBuffer from = content();
    return new InputStream() {
      @Override
      public int read() {
        return from.hasRemaining() ? from.get() & 0xff : -1;
      }

      @Override
      public int read(byte[] into, int offset, int length) {
        if (!from.hasRemaining()) {
          return -1;
        }
        int count = Math.min(length, from.remaining());
        from.get(into, offset, count);
        return count;
      }
    };
  }

  @Override
  public void close() {
    OffHeap.wipe(bytes);
  }
}
