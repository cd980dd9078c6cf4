package io.postern.spi.json;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** What remains in a buffer, as a stream. For one thread. */
final class BufferStream extends InputStream {
  private static final int CHUNK = 8 << 10;

  private final ByteBuffer from;

  BufferStream(ByteBuffer from) {
    this.from = from;
  }

  @Override
  public int read() {
    return from.hasRemaining() ? from.get() & 0xff : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) {
    if (length > 0 && !from.hasRemaining()) {
      return -1;
    }
    int count = Math.min(length, from.remaining());
    from.get(into, offset, count);
    return count;
  }

  /** The inherited one leaves what it copied in an array. */
  @Override
  public long transferTo(OutputStream out) throws IOException {
    long count = from.remaining();
    byte[] chunk = new byte[CHUNK];
    try {
      while (from.hasRemaining()) {
        out.write(chunk, 0, read(chunk, 0, CHUNK));
      }
      return count;
    } finally {
      Arrays.fill(chunk, (byte) 0);
    }
  }

  @Override
  public int available() {
    return from.remaining();
  }
}
