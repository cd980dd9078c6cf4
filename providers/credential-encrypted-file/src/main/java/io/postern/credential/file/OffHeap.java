package io.postern.credential.file;

import io.postern.credential.Secret;
import java.nio.ByteBuffer;
import java.security.SecureRandom;

/** Bytes outside the heap. */
final class OffHeap {
  private OffHeap() {}

  /** Overwrites all of {@code buffer}, whatever its position and limit. */
  static void wipe(ByteBuffer buffer) {
    ByteBuffer all = buffer.duplicate().clear();
    while (all.hasRemaining()) {
      all.put((byte) 0);
    }
  }

  /** A key of {@code bytes} random bytes. */
  static Secret randomKey(SecureRandom random, int bytes) {
    byte[] drawn = new byte[bytes];
    random.nextBytes(drawn);
    return Secret.takeFrom(drawn);
  }
}
