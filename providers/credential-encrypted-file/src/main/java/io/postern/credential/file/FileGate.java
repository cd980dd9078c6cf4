package io.postern.credential.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one writer at a time through: among threads, among instances in this JVM, whatever class
 * loader they come from, and among processes. Holds a file {@code <name>.lock} beside the
 * credential file; the file stays, because removing it would let two writers lock two different
 * ones.
 *
 * <p>On Linux a process loses all its locks on a file as soon as it closes <em>any</em> descriptor
 * of it. So this keeps one channel for its whole life and closes it only while holding the lock,
 * when no other instance in this JVM can. That is also why no static table of locks is needed: the
 * JDK's own, which knows every channel of the JVM, refuses the second with {@link
 * OverlappingFileLockException}.
 */
final class FileGate {
  private static final Logger LOG = LoggerFactory.getLogger(FileGate.class);
  private static final long NAP_MILLIS = 10;

  private final Path lockPath;
  private final Disk disk;
  private final Faults faults;
  private final ReentrantLock threads = new ReentrantLock();
  private @Nullable FileChannel channel;
  private @Nullable Object identity;
  private boolean closed;

  FileGate(Path file, Disk disk, Faults faults) {
    lockPath = Path.of(file + ".lock");
    this.disk = disk;
    this.faults = faults;
  }

  /**
   * Does {@code work} while nobody else writes.
   *
   * @throws io.postern.spi.credential.ProviderException TIMED_OUT, or UNAVAILABLE when the lock's
   *     own limit is the shorter one; the work was not begun then
   */
  void alone(TimeLimit limit, Runnable work) {
    limit.check();
    // Counted in naps, not read off a clock: the host's clock may stand still.
    long naps = naps(limit);
    try {
      while (!threads.tryLock(NAP_MILLIS, TimeUnit.MILLISECONDS)) {
        limit.check();
        if (--naps < 0) {
          throw faults.locked(lockPath, limit, null);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw TimeLimit.interrupted(e);
    }
    try {
      if (closed) {
        throw faults.closed(null);
      }
      FileLock lock = lock(naps, limit);
      try {
        work.run();
      } finally {
        release(lock);
      }
    } finally {
      threads.unlock();
    }
  }

  private static long naps(TimeLimit limit) {
    return limit.nanosForLocks() / TimeUnit.MILLISECONDS.toNanos(NAP_MILLIS);
  }

  private FileLock lock(long naps, TimeLimit limit) {
    try {
      for (long nap = 0; ; nap++) {
        // Before each try: an interrupted thread would close the channel, with the effect above.
        limit.check();
        FileLock lock = tryLock();
        if (lock != null) {
          return lock;
        }
        if (nap >= naps) {
          throw faults.locked(lockPath, limit, null);
        }
        Thread.sleep(NAP_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw TimeLimit.interrupted(e);
    } catch (IOException e) {
      throw faults.notWritten(e);
    }
  }

  private @Nullable FileLock tryLock() throws IOException {
    FileChannel open = channel;
    if (open == null || !open.isOpen()) {
      open = disk.openLock(lockPath);
      channel = open;
      identity = identityOf(lockPath);
    }
    FileLock lock;
    try {
      lock = open.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
    return lock == null || isInPlace(lock) ? lock : null;
  }

  /** Whether what was locked is still what others would lock; else it is let go. */
  private boolean isInPlace(FileLock lock) throws IOException {
    boolean inPlace = false;
    try {
      inPlace = identity == null || identity.equals(identityOf(lockPath));
      return inPlace;
    } finally {
      if (!inPlace) {
        // Somebody removed the file, or nobody can tell. Closing is harmless under the lock.
        lock.channel().close();
        channel = null;
      }
    }
  }

  private static @Nullable Object identityOf(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (NoSuchFileException e) {
      return e;
    }
  }

  private static void release(FileLock lock) {
    try {
      lock.release();
    } catch (IOException e) {
      LOG.debug("lock went with its channel", e); // What was written is written.
    }
  }

  /** Lets nobody through any more. Waits for who is inside, within {@code limit}. */
  void close(TimeLimit limit) {
    try {
      if (!threads.tryLock(limit.nanosForLocks(), TimeUnit.NANOSECONDS)) {
        LOG.debug("closed while somebody writes lock={}", lockPath);
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    try {
      if (!closed && channel != null) {
        // Not released first: another instance could get the lock just before the close takes it.
        lock(naps(limit), limit).channel().close();
      }
    } catch (IOException | RuntimeException e) {
      // Another instance holds the lock, or the thread is interrupted. To close the channel now
      // could take the other's lock away; the collector closes it, later.
      LOG.debug("lock file left to the collector lock={}", lockPath, e);
    } finally {
      closed = true;
      threads.unlock();
    }
  }
}
