package io.postern.core.recording;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A disk with room for so many bytes: a write over the end leaves what fits, as a real one does.
 */
final class FailingFiles implements RecordingFiles {
  private final RecordingFiles disk = new DiskFiles();
  private long room;

  FailingFiles(long room) {
    this.room = room;
  }

  void room(long bytes) {
    room = bytes;
  }

  @Override
  public RecordingFile create(Path path) throws IOException {
    return limited(disk.create(path));
  }

  @Override
  public RecordingFile reopen(Path path) throws IOException {
    return limited(disk.reopen(path));
  }

  @Override
  public void cut(Path path, long size) throws IOException {
    disk.cut(path, size);
  }

  private RecordingFile limited(RecordingFile file) {
    return new RecordingFile() {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        int fits = (int) Math.min(room, length);
        file.write(bytes, offset, fits);
        room -= fits;
        if (fits < length) {
          throw new IOException("No space left on device");
        }
      }

      @Override
      public void force() throws IOException {
        file.force();
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }
}
