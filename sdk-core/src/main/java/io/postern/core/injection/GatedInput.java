package io.postern.core.injection;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * A stream whose reads ask first. A read that was let in before the session froze ends as it may.
 */
final class GatedInput extends FilterInputStream {
  private final Runnable ask;

  /**
   * @param ask throws what keeps the read from being done
   */
  GatedInput(InputStream bare, Runnable ask) {
    super(bare);
    this.ask = ask;
  }

  @Override
  public int read() throws IOException {
    ask.run();
    return super.read();
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    ask.run();
    return super.read(bytes, offset, length);
  }
}
