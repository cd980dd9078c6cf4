package io.postern.core.recording;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A rendering as a stream to read from. Used by one thread at a time. */
final class RenderedStream extends InputStream {
  private final Rendering rendering;
  private final GrowingBytes part = new GrowingBytes();
  private int at;

  RenderedStream(Rendering rendering) {
    this.rendering = rendering;
  }

  @Override
  public int read() throws IOException {
    return fill() ? part.array()[at++] & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, part.size() - at);
    System.arraycopy(part.array(), at, bytes, offset, count);
    at += count;
    return count;
  }

  private boolean fill() throws IOException {
    while (at == part.size()) {
      part.clear();
      at = 0;
      if (!rendering.next(part)) {
        return part.size() > 0;
      }
    }
    return true;
  }

  @Override
  public void close() throws IOException {
    rendering.close();
  }
}
