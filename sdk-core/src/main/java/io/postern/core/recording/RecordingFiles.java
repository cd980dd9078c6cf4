package io.postern.core.recording;

import java.io.IOException;
import java.nio.file.Path;

/** Where recordings are written: the disk, or in tests one that fails. */
interface RecordingFiles {
  /** Makes a file that only this account may read; fails when there is one of this name. */
  RecordingFile create(Path path) throws IOException;

  /** Opens a file to write on at its end. */
  RecordingFile reopen(Path path) throws IOException;

  /** Cuts a file. */
  void cut(Path path, long size) throws IOException;
}
