package io.postern.credential.file;

import io.postern.credential.Secret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The credential file: read as it is, changed by one writer at a time, who reads it anew first.
 * Safe for use by several threads.
 */
final class StoreFile {
  private final Path path;
  private final Faults faults;
  private final Disk disk;
  private final FileGate gate;
  private final Seal seal = new Seal();
  private final KeyRing keys;
  private final CachedFile cached;
  private final FileKey firstKey;

  /** Makes the next state of one that was read under the lock. */
  interface Change {
    /** The next state; the same one when nothing is to be written. */
    Contents apply(Contents now);
  }

  StoreFile(Path path, FileKey key, Disk disk) {
    this.path = real(path.toAbsolutePath());
    this.disk = disk;
    firstKey = key;
    faults = new Faults(this.path);
    gate = new FileGate(this.path, disk, faults);
    keys = new KeyRing(seal, faults);
    cached = new CachedFile(this.path, key, seal, keys, faults);
  }

  /** Follows a link, so that the file is replaced and not the link, and all share one lock. */
  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      return path; // Not there yet, or not readable: reading it will say so.
    }
  }

  Path path() {
    return path;
  }

  Faults faults() {
    return faults;
  }

  /** What the file holds now. Cheap when it has not changed since. */
  Contents read(TimeLimit limit) {
    keys.refuseIfClosed();
    return cached.read(limit);
  }

  /** Reads the file under the lock, and writes what {@code change} makes of it. */
  void change(TimeLimit limit, Change change) {
    keys.refuseIfClosed();
    gate.alone(
        limit,
        () -> {
          Contents now = cached.readAnew(limit);
          Contents next = change.apply(now);
          if (next.revision() != now.revision()) {
            replace(now, next, limit);
          }
        });
  }

  /** Writes an empty file where there is none. */
  void create(TimeLimit limit) {
    refuseIfThere();
    gate.alone(
        limit,
        () -> {
          refuseIfThere(); // Again: another may have made it while this waited.
          write(Contents.empty(keys.fresh(Header.newId(), firstKey, limit)), limit);
        });
  }

  /** Seals everything anew under a new file key, which {@code newKey} opens. */
  void changeKey(FileKey newKey, TimeLimit limit) {
    keys.refuseIfClosed();
    gate.alone(
        limit,
        () -> {
          Contents now = cached.readAnew(limit);
          Unlocked fresh = keys.fresh(now.unlocked().header().id(), newKey, limit);
          Contents next = keys.guarded(() -> Resealing.of(now, fresh, seal, faults));
          cached.rekey(newKey, fresh, () -> replace(now, next, limit), limit);
        });
  }

  /** Seals a secret, which stays the caller's, for the state that follows {@code now}. */
  SealedSecret seal(Secret secret, SealedSecret.Part part, String entry, Contents now) {
    return keys.guarded(
        () -> SealedSecret.seal(secret, part, entry, now.nextRevision(), now.unlocked(), seal));
  }

  /** Opens a secret; the caller closes it. */
  Secret open(SealedSecret sealed, SealedSecret.Part part, String entry, Contents now) {
    return keys.guarded(() -> sealed.open(part, entry, now.unlocked(), seal, faults));
  }

  /** Wipes the file's keys. Calls under way may fail. Harmless when done twice. */
  void close(TimeLimit limit) {
    keys.close();
    gate.close(limit);
  }

  private void refuseIfThere() {
    if (Files.exists(path)) {
      throw faults.misconfigured(
          "there is a file " + path + " already; open it, or move it away first",
          "create refused",
          null);
    }
  }

  private void replace(Contents now, Contents next, TimeLimit limit) {
    // The lock keeps other writers out; this catches those that do not know of it, such as a copy
    // by hand, and file systems on which locks do nothing.
    if (!cached.isStill(now)) {
      throw faults.changedDespiteLock();
    }
    write(next, limit);
  }

  private void write(Contents next, TimeLimit limit) {
    byte[] bytes = keys.guarded(() -> ContentsCodec.encode(next, seal));
    if (bytes.length > CachedFile.MAX_BYTES) {
      throw faults.tooLarge(bytes.length);
    }
    limit.check();
    AtomicWrite.write(path, bytes, disk, faults);
  }
}
