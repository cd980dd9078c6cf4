package io.postern.credential;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/** The one {@link Secret}: a direct buffer behind a lock that keeps wiping and reading apart. */
final class OffHeapSecret implements Secret {
  private final ByteBuffer bytes;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  private OffHeapSecret(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  static OffHeapSecret takeFrom(ByteBuffer source) {
    int start = source.position();
    try {
      if (source.remaining() > MAX_BYTES) {
        throw new IllegalArgumentException(
            "a secret has at most " + MAX_BYTES + " bytes, this has " + source.remaining());
      }
      ByteBuffer copy = ByteBuffer.allocateDirect(source.remaining());
      copy.put(source).flip();
      return new OffHeapSecret(copy);
    } finally {
      source.position(start);
      wipe(source);
      source.position(source.limit());
    }
  }

  static OffHeapSecret takeFrom(CharBuffer source) {
    CharsetEncoder encoder =
        StandardCharsets.UTF_8
            .newEncoder()
            // A '?' in place of half a pair would be another password, and nobody would know why.
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer encoded =
        ByteBuffer.allocateDirect(
            (int) Math.ceil(source.remaining() * (double) encoder.maxBytesPerChar()));
    CharBuffer wiping = source.duplicate();
    try {
      CoderResult result = encoder.encode(source, encoded, true);
      if (result.isError()) {
        throw new IllegalArgumentException(
            "a secret given as characters must be whole Unicode; this holds half a surrogate pair");
      }
      if (result.isOverflow()) {
        throw new IllegalStateException("UTF-8 needed more room than its own maximum");
      }
      encoder.flush(encoded);
      encoded.flip();
      return takeFrom(encoded);
    } finally {
      while (wiping.hasRemaining()) {
        wiping.put('\0');
      }
      encoded.clear();
      wipe(encoded);
    }
  }

  @Override
  public <R> R use(Function<ByteBuffer, R> reader) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new PosternException(
            ErrorCode.CLOSED, "this secret was closed and wiped; resolve the credential again");
      }
      return reader.apply(bytes.asReadOnlyBuffer());
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public int length() {
    return bytes.capacity();
  }

  @Override
  public boolean sameAs(Secret other) {
    return use(
        mine ->
            other.use(
                theirs -> {
                  int difference = mine.remaining() ^ theirs.remaining();
                  for (int i = 0; i < mine.remaining(); i++) {
                    // Runs over all of mine whatever theirs holds, so that time tells nothing.
                    byte their = theirs.hasRemaining() ? theirs.get(i % theirs.remaining()) : 0;
                    difference |= mine.get(i) ^ their;
                  }
                  return difference == 0;
                }));
  }

  @Override
  public boolean isClosed() {
    lock.readLock().lock();
    try {
      return closed;
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        wipe(bytes);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  private static void wipe(ByteBuffer buffer) {
    for (int i = buffer.position(); i < buffer.limit(); i++) {
      buffer.put(i, (byte) 0);
    }
  }

  @Override
  public String toString() {
    return "Secret[*]";
  }
}
