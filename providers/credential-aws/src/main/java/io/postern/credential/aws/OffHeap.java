package io.postern.credential.aws;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Buffers outside the Java heap, for what must be wiped. */
final class OffHeap {
  private OffHeap() {}

  /** Overwrites all of it, whatever its limit is. */
  static void wipe(ByteBuffer buffer) {
    ByteBuffer all = buffer.duplicate().clear();
    while (all.hasRemaining()) {
      all.put((byte) 0);
    }
  }

  static void wipe(byte[] bytes) {
    Arrays.fill(bytes, (byte) 0);
  }

  /** A buffer with room for {@code more} bytes, which holds what the given one does. */
  static ByteBuffer roomFor(ByteBuffer buffer, int more) {
    if (buffer.remaining() >= more) {
      return buffer;
    }
    int wanted = Math.addExact(buffer.position(), more);
    ByteBuffer larger = ByteBuffer.allocateDirect(Math.max(wanted, 2 * buffer.capacity()));
    larger.put(buffer.flip());
    wipe(buffer);
    return larger;
  }
}
