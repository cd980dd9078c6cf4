package io.postern.core.tool;

import io.postern.core.recording.Recorder.Track;

/**
 * A recording that a caller's interrupt cannot break: Java closes a file whose channel is used by
 * an interrupted thread, and everybody else's output would then go unrecorded.
 */
final class UninterruptedTrack implements Track {
  private final Track track;

  UninterruptedTrack(Track track) {
    this.track = track;
  }

  @Override
  public void output(byte[] bytes, int offset, int length) {
    boolean interrupted = Thread.interrupted();
    try {
      track.output(bytes, offset, length);
    } finally {
      restore(interrupted);
    }
  }

  @Override
  public void resize(int columns, int rows) {
    boolean interrupted = Thread.interrupted();
    try {
      track.resize(columns, rows);
    } finally {
      restore(interrupted);
    }
  }

  @Override
  public void close() {
    boolean interrupted = Thread.interrupted();
    try {
      track.close();
    } finally {
      restore(interrupted);
    }
  }

  private static void restore(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
