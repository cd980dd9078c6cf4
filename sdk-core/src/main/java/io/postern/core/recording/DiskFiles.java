package io.postern.core.recording;

import jakarta.inject.Inject;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Files on the disk.
 *
 * <p>They are written by {@link FileOutputStream}, not {@link FileChannel}: a channel closes itself
 * when the thread that writes is interrupted, and then an interrupted tool would end its recording.
 */
final class DiskFiles implements RecordingFiles {
  @Inject
  DiskFiles() {}

  /** Access for this account only, where the file system knows of such things. */
  static FileAttribute<?>[] onlyForUs(String permissions) {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  @Override
  public RecordingFile create(Path path) throws IOException {
    Files.createFile(path, onlyForUs("rw-------"));
    return reopen(path);
  }

  @Override
  public RecordingFile reopen(Path path) throws IOException {
    if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException(path + " is not a regular file");
    }
    return new Appending(new FileOutputStream(path.toFile(), true));
  }

  @Override
  public void cut(Path path, long size) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      channel.truncate(size);
      channel.force(true);
    }
  }

  private record Appending(FileOutputStream out) implements RecordingFile {
    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void force() throws IOException {
      out.getFD().sync();
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }
}
