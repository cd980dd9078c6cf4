package io.postern.core.tool;

import io.postern.ErrorCode;
import io.postern.PosternException;

/**
 * A path on the endpoint that names a file.
 *
 * @param directory what stands before the name, with its slash; empty for the log-on directory
 * @param name the last part
 */
record RemotePath(String directory, String name) {
  static RemotePath toFile(String path) {
    check(path);
    int slash = path.lastIndexOf('/');
    RemotePath parsed = new RemotePath(path.substring(0, slash + 1), path.substring(slash + 1));
    if (parsed.name.isEmpty() || parsed.name.equals(".") || parsed.name.equals("..")) {
      throw refused(path, "it names a directory; name the file in it");
    }
    return parsed;
  }

  /** Refuses what no endpoint takes, before anything is sent there. */
  static void check(String path) {
    if (path.isEmpty() || path.indexOf('\0') >= 0) {
      throw refused(path, path.isEmpty() ? "the path is empty" : "the path has a NUL in it");
    }
  }

  static PosternException refused(String path, String why) {
    return new PosternException(
        ErrorCode.REMOTE_FILE_REFUSED,
        "remote file '%s' cannot be used: %s".formatted(Shown.of(path, 1_000), why));
  }

  /** Whether an endpoint's answer is the name of something in a directory, and not a way out. */
  static boolean isName(String name) {
    return !name.isEmpty()
        && !name.equals(".")
        && !name.equals("..")
        && name.indexOf('/') < 0
        && name.indexOf('\0') < 0;
  }

  /** A name beside it for the file while it is not whole. */
  String part() {
    return directory + PartName.of(name);
  }

  String whole() {
    return directory + name;
  }
}
