package io.postern.credential.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Replaces a file as a whole: a crash at any point leaves the old one or the new one. Called under
 * the lock only.
 */
final class AtomicWrite {
  private AtomicWrite() {}

  static void write(Path path, byte[] bytes, Disk disk, Faults faults) {
    // One name for all, so that the next write cleans up after one that was killed.
    Path temporary = Path.of(path + ".tmp");
    try {
      Files.deleteIfExists(temporary);
      try (FileChannel channel = disk.create(temporary)) {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
        // Before the rename: otherwise a power cut may leave the new name with no bytes behind it.
        channel.force(true);
      }
      disk.replace(temporary, path);
    } catch (IOException e) {
      remove(temporary, e);
      throw faults.notWritten(e);
    }
    try {
      disk.syncDirectoryOf(path);
    } catch (IOException e) {
      throw faults.perhapsNotDurable(e);
    }
  }

  private static void remove(Path temporary, IOException because) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }
}
