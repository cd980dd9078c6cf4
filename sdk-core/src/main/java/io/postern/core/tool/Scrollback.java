package io.postern.core.tool;

import io.postern.PosternException;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The last 256 KiB that a shell showed, as a ring which one thread fills and any number of views
 * read, each from its own position in the whole output.
 *
 * <p>Views copy without a lock and look afterwards whether the source has come round and written
 * over what they copied; so no view, however slow, ever holds up the source. Only who waits for
 * more takes the lock.
 */
final class Scrollback {
  static final int CAPACITY = 256 << 10;

  /** Answer of {@link #copy}: what was asked for is no longer kept. */
  static final int OVERRUN = -1;

  /** Most shells show little: the ring grows up to its capacity before it goes round. */
  private static final int FIRST = 8 << 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition more = lock.newCondition();
  private final AtomicInteger waiting = new AtomicInteger();

  /** Replaced while it grows; an older one that a view still holds never changes any more. */
  private volatile byte[] ring = new byte[FIRST];

  /** Up to where the source writes or has written; {@code end} follows when it has. */
  private volatile long reserved;

  private volatile long end;
  private volatile boolean finished;
  private volatile @Nullable PosternException failure;

  /** Adds output. By one thread at a time. */
  void append(byte[] bytes, int offset, int length) {
    for (int done = 0; done < length; ) {
      int piece = Math.min(length - done, CAPACITY / 4);
      write(bytes, offset + done, piece);
      done += piece;
    }
    if (waiting.get() > 0) {
      wake();
    }
  }

  private void write(byte[] bytes, int offset, int length) {
    long from = end;
    byte[] target = ring;
    if (from + length > target.length && target.length < CAPACITY) {
      int larger = Math.max(target.length * 2, Integer.highestOneBit((int) from + length) * 2);
      target = Arrays.copyOf(target, Math.min(larger, CAPACITY));
      ring = target;
    }
    reserved = from + length;
    // Views must see what is reserved before they can see any of it overwritten.
    VarHandle.storeStoreFence();
    int at = (int) (from % target.length);
    int first = Math.min(length, target.length - at);
    System.arraycopy(bytes, offset, target, at, first);
    System.arraycopy(bytes, offset + first, target, 0, length - first);
    end = from + length;
  }

  /**
   * Copies what lies at {@code position}.
   *
   * @return how many bytes; 0 when there are none yet; {@link #OVERRUN}
   */
  int copy(long position, byte[] into) {
    int length = (int) Math.min(end - position, into.length);
    if (length <= 0) {
      return 0;
    }
    // After end: a ring read before it might be too small for it.
    byte[] source = ring;
    int at = (int) (position % source.length);
    int first = Math.min(length, source.length - at);
    System.arraycopy(source, at, into, 0, first);
    System.arraycopy(source, 0, into, first, length - first);
    VarHandle.loadLoadFence();
    return reserved - position > CAPACITY ? OVERRUN : length;
  }

  /** The position of the oldest output that is still kept. */
  long oldest() {
    return Math.max(0, reserved - CAPACITY);
  }

  /** How much was shown in all. */
  long end() {
    return end;
  }

  /** Says that no more comes, and why if that is a failure. Only the first call counts. */
  void finish(@Nullable PosternException why) {
    lock.lock();
    try {
      if (!finished) {
        failure = why;
        finished = true;
      }
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Whether no more comes; to be asked before the last look at what there is. */
  boolean isFinished() {
    return finished;
  }

  @Nullable PosternException failure() {
    return failure;
  }

  /** Waits until there is output beyond {@code position}, no more comes, or the time is up. */
  void await(long position, long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      // Before the look at end, so that a source which comes later sees somebody waiting.
      waiting.incrementAndGet();
      long left = nanos;
      while (end <= position && !finished && left > 0) {
        left = more.awaitNanos(left);
      }
    } finally {
      waiting.decrementAndGet();
      lock.unlock();
    }
  }

  /** Waits for the time given, or until no more comes. */
  void pause(long nanos) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      boolean before = finished;
      long left = nanos;
      while (finished == before && left > 0) {
        left = more.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    lock.lock();
    try {
      more.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
