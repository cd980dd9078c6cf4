package io.postern.core.plugin;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A folder that only this process's user may enter, for the files that are loaded: what was hashed
 * there cannot be exchanged before it is loaded. It is locked while it is in use, and goes when it
 * is closed; one that a killed process left behind goes when the next process makes its own.
 * Guarded by its owner.
 */
final class PrivateCopies implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PrivateCopies.class);
  private static final String PREFIX = "postern-plugins-";
  private static final String LOCK = "in-use";
  private static final int TRIES = 5;

  private @Nullable Path root;
  private @Nullable FileChannel lock;
  private int made;

  /** A fresh folder in it. */
  Path fresh() throws IOException {
    return Files.createDirectory(root().resolve(Integer.toString(++made)));
  }

  /** Where the copies are; made when it is first asked for. */
  Path root() throws IOException {
    if (root == null) {
      sweep(open());
    }
    return requireNonNull(root);
  }

  private Path open() throws IOException {
    for (int i = 0; i < TRIES; i++) {
      // Only its owner may enter it: that is how Java makes temporary folders.
      Path fresh = Files.createTempDirectory(PREFIX + process() + "-");
      FileChannel channel = null;
      try {
        channel = openLock(fresh, true);
        FileLock own = channel.tryLock();
        // Another process may take a folder for left behind until it is locked, and remove it.
        if (own != null && Files.exists(fresh.resolve(LOCK))) {
          root = fresh;
          lock = channel;
          return fresh;
        }
        channel.close();
      } catch (NoSuchFileException e) {
        log.debug("private folder was swept away folder={}", fresh);
      } catch (IOException | RuntimeException e) {
        if (channel != null) {
          channel.close();
        }
        throw e;
      }
    }
    throw new IOException("no folder for private copies could be made and kept");
  }

  /** Process ids come again, in containers with every start; the moment of the start does not. */
  private static String process() {
    ProcessHandle self = ProcessHandle.current();
    long start = self.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return self.pid() + "-" + start;
  }

  private static FileChannel openLock(Path folder, boolean create) throws IOException {
    Path file = folder.resolve(LOCK);
    return create
        ? FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
        : FileChannel.open(file, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
  }

  private static void sweep(Path own) {
    // Never those of this process: to open and close its lock once more would lose it.
    String ofThisProcess = PREFIX + process() + "-";
    try (DirectoryStream<Path> others = Files.newDirectoryStream(own.getParent(), PREFIX + "*")) {
      UserPrincipal user = Files.getOwner(own);
      for (Path other : others) {
        if (!other.getFileName().toString().startsWith(ofThisProcess)
            && Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)
            && Files.getOwner(other, LinkOption.NOFOLLOW_LINKS).equals(user)) {
          removeIfLeft(other);
        }
      }
    } catch (IOException | RuntimeException e) {
      log.debug("copies that were left behind could not be looked for", e);
    }
  }

  private static void removeIfLeft(Path other) throws IOException {
    try (FileChannel channel = openLock(other, false);
        FileLock gone = channel.tryLock()) {
      if (gone != null) {
        remove(other);
        log.debug("copies of plug-ins left behind were removed folder={}", other);
      }
    } catch (OverlappingFileLockException e) {
      log.debug("copies are in use in this process folder={}", other);
    } catch (NoSuchFileException e) {
      try {
        Files.delete(other); // killed before it was locked; or about to be
      } catch (DirectoryNotEmptyException | NoSuchFileException used) {
        log.debug("left as it is folder={}", other);
      }
    }
  }

  static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException e) {
      // Where open files cannot be removed, the next process does it.
      log.debug("copies of plug-ins were not removed folder={}", folder, e);
    }
  }

  /** Harmless when done twice. */
  @Override
  public void close() {
    if (root != null) {
      remove(root);
      root = null;
    }
    if (lock != null) {
      try {
        lock.close();
      } catch (IOException e) {
        log.debug("lock on the copies of plug-ins was not closed", e);
      }
      lock = null;
    }
  }
}
