package io.postern.examples.quickstart;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where everything lies that the story makes; emptied at its beginning, so that what lies there
 * afterwards is of the last run.
 */
final class Folder implements AutoCloseable {
  private static final String MARK = ".postern-quickstart";

  private final Path root;
  private final FileChannel mark;

  private Folder(Path root, FileChannel mark) {
    this.root = root;
    this.mark = mark;
  }

  /**
   * Empties the folder, which must be one of an earlier run, and keeps other runs out of it.
   *
   * @throws PosternException SETTINGS_INVALID when it holds anything that is not the story's
   */
  static Folder fresh(Path path) throws IOException {
    Path root = Files.createDirectories(path.toAbsolutePath().normalize());
    Path mark = root.resolve(MARK);
    if (!Files.exists(mark) && !children(root).isEmpty()) {
      throw new PosternException(
          ErrorCode.SETTINGS_INVALID,
          root
              + " holds what the quickstart did not make, so it is not emptied; name another"
              + " folder with -Dquickstart.target, or remove it yourself");
    }
    FileChannel channel =
        FileChannel.open(mark, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    Folder folder = new Folder(root, channel);
    try {
      folder.lock();
      for (Path child : children(root)) {
        if (!child.equals(mark)) {
          removeTree(child);
        }
      }
      for (Path directory :
          List.of(folder.endpoint(), folder.outgoing(), folder.incoming(), folder.evidence())) {
        Files.createDirectories(directory);
      }
      return folder;
    } catch (IOException | RuntimeException e) {
      folder.close();
      throw e;
    }
  }

  private void lock() throws IOException {
    try {
      if (mark.tryLock() != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      // in this process; all the same
    }
    throw new PosternException(
        ErrorCode.STORE_IN_USE,
        "another quickstart is running in "
            + root
            + "; wait for its end, or name another folder"
            + " with -Dquickstart.target");
  }

  private static List<Path> children(Path directory) throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      return children.toList();
    }
  }

  /** Follows no links. */
  private static void removeTree(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /** The files of the example's own endpoint. */
  Path endpoint() {
    return root.resolve("endpoint");
  }

  Path credentials() {
    return root.resolve("credentials.postern");
  }

  Path store() {
    return root.resolve("store");
  }

  Path recordings() {
    return root.resolve("recordings");
  }

  /** What Maya sends. */
  Path outgoing() {
    return root.resolve("outgoing");
  }

  /** What Maya fetches. */
  Path incoming() {
    return root.resolve("incoming");
  }

  /** Recordings, transcripts and the report, to be looked at. */
  Path evidence() {
    return root.resolve("evidence");
  }

  /** A file of the evidence; what a name may not have on some system becomes a dash. */
  Path evidence(String name, String ending) {
    return evidence().resolve(name.replaceAll("[^A-Za-z0-9]+", "-") + ending);
  }

  /** A path as it is shown: from the working directory, where that is shorter. */
  String shown(Path file) {
    Path here = Path.of("").toAbsolutePath();
    return file.startsWith(here) ? here.relativize(file).toString() : file.toString();
  }

  @Override
  public void close() throws IOException {
    mark.close();
  }
}
