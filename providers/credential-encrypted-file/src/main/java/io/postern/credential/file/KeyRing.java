package io.postern.credential.file;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.credential.Secret;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The file keys that one instance has unwrapped, until it is closed. Safe for use by several
 * threads.
 */
final class KeyRing {
  private static final int FILE_KEY_BYTES = 32;

  private final Seal seal;
  private final Faults faults;
  // A key that was replaced stays until the end: another thread may be in the middle of using it.
  private final List<Secret> fileKeys = new ArrayList<>();
  private boolean closed;

  KeyRing(Seal seal, Faults faults) {
    this.seal = seal;
    this.faults = faults;
  }

  /** The key of a file with this header. */
  Unlocked unlock(Header header, FileKey key, TimeLimit limit) {
    return guarded(
        () -> new Unlocked(header, kept(header.unwrap(key, seal, faults, limit::check))));
  }

  /** A new key, and the header that wraps it, for the file with this {@code id}. */
  Unlocked fresh(byte[] id, FileKey key, TimeLimit limit) {
    return guarded(
        () -> {
          Secret fileKey = kept(OffHeap.randomKey(new SecureRandom(), FILE_KEY_BYTES));
          return new Unlocked(Header.create(key, id, fileKey, seal, limit::check), fileKey);
        });
  }

  /** Does work with keys; when they are closed meanwhile, that is a failure of this provider. */
  <R> R guarded(Supplier<R> work) {
    refuseIfClosed();
    try {
      return work.get();
    } catch (PosternException e) {
      throw e.code() == ErrorCode.CLOSED ? faults.closed(e) : e;
    }
  }

  synchronized void refuseIfClosed() {
    if (closed) {
      throw faults.closed(null);
    }
  }

  synchronized void close() {
    closed = true;
    fileKeys.forEach(Secret::close);
  }

  private synchronized Secret kept(Secret fileKey) {
    fileKeys.add(fileKey);
    if (closed) {
      fileKey.close();
    }
    return fileKey;
  }
}
