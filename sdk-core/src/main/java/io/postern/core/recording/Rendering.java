package io.postern.core.recording;

import java.io.Closeable;
import java.io.IOException;

/** Turns a cast into something else, part by part. */
interface Rendering extends Closeable {
  /**
   * Appends the next part, which may be nothing.
   *
   * @return false when there is no more
   */
  boolean next(GrowingBytes out) throws IOException;
}
