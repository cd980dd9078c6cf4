package io.postern.core.recording;

import java.io.Closeable;
import java.io.IOException;

/** A file that only grows. */
interface RecordingFile extends Closeable {
  /** Writes all of it; when this returns, a killed process does not lose it. */
  void write(byte[] bytes, int offset, int length) throws IOException;

  /** When this returns, a power cut does not lose what was written. */
  void force() throws IOException;
}
