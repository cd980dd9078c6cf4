package io.postern.core.recording;

import java.io.IOException;

/** A cast is not what Postern writes: somebody changed it, or a disk lost some of it. */
final class DamagedCastException extends IOException {
  private static final long serialVersionUID = 1L;

  DamagedCastException() {
    // Without the parser's exception, whose text quotes the recording.
    super("the recording is damaged; check its seal to see where");
  }
}
