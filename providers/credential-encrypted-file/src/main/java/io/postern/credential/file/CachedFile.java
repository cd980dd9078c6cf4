package io.postern.credential.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the file, and remembers what it held until it changes. Needs no lock against writers,
 * because the file is only ever replaced as a whole. Safe for use by several threads; one of them
 * loads while the others wait for it.
 */
final class CachedFile {
  /** Keeps a wrong path, such as that of a database, from being read into memory. */
  static final long MAX_BYTES = 256L << 20;

  private static final Logger LOG = LoggerFactory.getLogger(CachedFile.class);

  private final Path path;
  private final Seal seal;
  private final KeyRing keys;
  private final Faults faults;
  private final ReentrantLock loading = new ReentrantLock();
  private FileKey key;
  private @Nullable Unlocked unlocked;
  private volatile @Nullable Loaded loaded;

  /**
   * What is remembered of the file.
   *
   * @param stamp by which a change shows
   * @param contents what it held
   */
  private record Loaded(Stamp stamp, Contents contents) {}

  /**
   * What the file system says of the file.
   *
   * @param modified when it was written
   * @param size in bytes
   * @param identity device and inode, where there are any
   */
  private record Stamp(FileTime modified, long size, @Nullable Object identity) {}

  CachedFile(Path path, FileKey key, Seal seal, KeyRing keys, Faults faults) {
    this.path = path;
    this.key = key;
    this.seal = seal;
    this.keys = keys;
    this.faults = faults;
  }

  /** What the file holds now. Cheap when it has not changed since. */
  Contents read(TimeLimit limit) {
    limit.check();
    try {
      Loaded last = loaded;
      if (last != null && isStill(last)) {
        return last.contents();
      }
      startLoading(limit);
      try {
        last = loaded;
        return last != null && isStill(last) ? last.contents() : load(limit);
      } finally {
        loading.unlock();
      }
    } catch (IOException e) {
      throw faults.cannotRead(e);
    }
  }

  /** What the file holds, whatever is remembered. */
  Contents readAnew(TimeLimit limit) {
    startLoading(limit);
    try {
      return load(limit);
    } catch (IOException e) {
      throw faults.cannotRead(e);
    } finally {
      loading.unlock();
    }
  }

  /** Whether the file is still the one that {@code contents} was loaded from, the last time. */
  @SuppressWarnings("ReferenceEquality") // The very read is meant, not one that found the same.
  boolean isStill(Contents contents) {
    Loaded last = loaded;
    try {
      return last != null && last.contents() == contents && isStill(last);
    } catch (IOException e) {
      throw faults.cannotRead(e);
    }
  }

  /**
   * Replaces the file by one under another key; nobody reads the new file with the old key
   * meanwhile.
   */
  void rekey(FileKey newKey, Unlocked next, Runnable write, TimeLimit limit) {
    startLoading(limit);
    try {
      write.run();
      key = newKey;
      unlocked = next;
    } finally {
      loading.unlock();
    }
  }

  private void startLoading(TimeLimit limit) {
    try {
      if (!loading.tryLock(limit.nanosForLocks(), TimeUnit.NANOSECONDS)) {
        throw faults.locked(path, limit, null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw TimeLimit.interrupted(e);
    }
  }

  private Contents load(TimeLimit limit) throws IOException {
    // The stamp before the bytes: if the file is replaced in between, the stamp is old and the
    // next reader looks again.
    Stamp stamp = stamp();
    byte[] bytes = bytes(stamp);
    Header header = Header.parse(bytes, faults);
    Unlocked known = unlocked;
    if (known == null || !known.header().sameAs(header)) {
      known = keys.unlock(header, key, limit);
      unlocked = known;
    }
    Unlocked by = known;
    Contents contents = keys.guarded(() -> ContentsCodec.decode(bytes, by, seal, faults));
    loaded = new Loaded(stamp, contents);
    LOG.debug("credential file read file={} revision={}", path, contents.revision());
    return contents;
  }

  private byte[] bytes(Stamp stamp) throws IOException {
    if (stamp.size() > MAX_BYTES) {
      throw faults.tooLarge(stamp.size());
    }
    try (FileChannel channel = FileChannel.open(path)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), MAX_BYTES));
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {}
      return Arrays.copyOf(bytes.array(), bytes.position());
    }
  }

  private Stamp stamp() throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return new Stamp(attributes.lastModifiedTime(), attributes.size(), attributes.fileKey());
  }

  /**
   * Whether the file is what was loaded. The stamp alone is not enough: file systems give the inode
   * of a file that was replaced to the next one at once, and their clocks tick in milliseconds.
   */
  private boolean isStill(Loaded last) throws IOException {
    return last.stamp().equals(stamp()) && revisionOnDisk() == last.contents().revision();
  }

  private long revisionOnDisk() throws IOException {
    ByteBuffer revision = ByteBuffer.allocate(Long.BYTES);
    try (FileChannel channel = FileChannel.open(path)) {
      while (revision.hasRemaining()
          && channel.read(revision, Header.BYTES + revision.position()) >= 0) {}
    }
    return revision.hasRemaining() ? -1 : revision.flip().getLong();
  }
}
