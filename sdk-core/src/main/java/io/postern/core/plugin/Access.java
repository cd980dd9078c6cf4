package io.postern.core.plugin;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;

/** Who may change a file. */
final class Access {
  /** The bit that keeps people from replacing each other's files in a folder that all may write. */
  private static final int STICKY = 0b1_000_000_000;

  private Access() {}

  /**
   * Whether everybody on this machine may change the file, or replace what lies in the folder;
   * false where the file system does not say.
   */
  static boolean writableForAll(Path path) throws IOException {
    if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      return false;
    }
    return Files.getPosixFilePermissions(path).contains(PosixFilePermission.OTHERS_WRITE)
        && !(Files.isDirectory(path)
            && ((Integer) Files.getAttribute(path, "unix:mode") & STICKY) != 0);
  }
}
