package io.postern.credential.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * What a write asks of the operating system, step by step. An interface so that each step can fail
 * in a test as it fails on a full disk.
 */
interface Disk {
  /** Makes a file that only its owner may use, or fails when there is one. */
  default FileChannel create(Path path) throws IOException {
    return FileChannel.open(
        path, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW), ownerOnly(path));
  }

  /** Puts {@code from} in the place of {@code to}, at once. */
  default void replace(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Makes a file's new name outlast a power cut. */
  default void syncDirectoryOf(Path path) throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    if (directory == null || !isPosix(directory)) {
      return; // Windows opens no directories, and its renames are in the file system's journal.
    }
    try (FileChannel channel = FileChannel.open(directory)) {
      channel.force(true);
    }
  }

  /**
   * Opens a file for locking, making it when there is none. In one step: a second descriptor that
   * is closed would take away a lock that another instance in this JVM got in between.
   */
  default FileChannel openLock(Path path) throws IOException {
    return FileChannel.open(
        path, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE), ownerOnly(path));
  }

  private static FileAttribute<?>[] ownerOnly(Path path) {
    Path directory = path.toAbsolutePath().getParent();
    return directory != null && isPosix(directory)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path directory) {
    return Files.getFileAttributeView(directory, PosixFileAttributeView.class) != null;
  }
}
