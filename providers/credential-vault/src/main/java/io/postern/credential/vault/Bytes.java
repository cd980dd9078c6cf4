package io.postern.credential.vault;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Bytes outside the heap that grow, for what may hold secrets: whatever they leave is wiped. For
 * one thread.
 */
final class Bytes implements AutoCloseable {
  private ByteBuffer buffer;

  Bytes(int room) {
    buffer = ByteBuffer.allocateDirect(room);
  }

  Bytes put(byte one) {
    room(1).put(one);
    return this;
  }

  /** Takes what remains; the source is left as it is. */
  Bytes put(ByteBuffer bytes) {
    room(bytes.remaining()).put(bytes.duplicate());
    return this;
  }

  /** A text that is no secret. */
  Bytes put(String text) {
    return put(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  int size() {
    return buffer.position();
  }

  /** Where the next bytes go, with room for {@code count}. */
  ByteBuffer room(int count) {
    if (buffer.remaining() < count) {
      ByteBuffer larger =
          ByteBuffer.allocateDirect(Math.max(buffer.capacity() * 2, buffer.position() + count));
      larger.put(buffer.flip());
      wipe(buffer);
      buffer = larger;
    }
    return buffer;
  }

  /** What is in here, to be read; worthless once this is closed. */
  ByteBuffer written() {
    return buffer.duplicate().flip();
  }

  /** All of it, whatever its position and limit. */
  static void wipe(ByteBuffer buffer) {
    ByteBuffer all = buffer.duplicate().clear();
    while (all.hasRemaining()) {
      all.put((byte) 0);
    }
  }

  @Override
  public void close() {
    wipe(buffer);
    buffer.clear();
  }
}
