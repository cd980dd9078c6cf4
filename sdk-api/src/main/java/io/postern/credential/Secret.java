package io.postern.credential;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.function.Function;

/**
 * A secret: bytes outside the Java heap that are wiped when it is closed.
 *
 * <p>It cannot be printed, compared by content with {@code equals}, serialised or turned into a
 * {@link String} by anything in Postern. Reading happens inside a callback: {@link #use}. Whoever
 * holds a secret closes it; closing twice is harmless. Safe for use by several threads: closing
 * waits until running callbacks are through.
 *
 * <p>Why outside the heap: a collector that moves objects leaves copies behind that no wiping
 * reaches.
 */
public interface Secret extends AutoCloseable {
  /** The longest secret, in bytes: large enough for any key file. */
  int MAX_BYTES = 1 << 20;

  /**
   * Takes the bytes over: copies them and wipes {@code bytes}.
   *
   * @throws IllegalArgumentException when there are more than {@link #MAX_BYTES}; they are wiped
   *     all the same
   */
  static Secret takeFrom(byte[] bytes) {
    return OffHeapSecret.takeFrom(ByteBuffer.wrap(bytes));
  }

  /**
   * Takes the characters over as UTF-8: copies them and wipes {@code characters}.
   *
   * @throws IllegalArgumentException when they hold half a surrogate pair, or are more than {@link
   *     #MAX_BYTES} in UTF-8; they are wiped all the same
   */
  static Secret takeFrom(char[] characters) {
    return OffHeapSecret.takeFrom(CharBuffer.wrap(characters));
  }

  /**
   * Takes over what remains in {@code bytes}: copies it and wipes it there. The buffer must not be
   * read-only.
   */
  static Secret takeFrom(ByteBuffer bytes) {
    return OffHeapSecret.takeFrom(bytes);
  }

  /**
   * Lets {@code reader} read the bytes and returns its answer.
   *
   * <p>The buffer is read-only, starts at the first byte, and is worthless once the callback
   * returns: do not keep it. Whatever the callback copies out of it, it wipes itself.
   *
   * @throws io.postern.PosternException CLOSED when the secret was closed before
   */
  <R> R use(Function<ByteBuffer, R> reader);

  /** A second secret with the same bytes and a life of its own. */
  default Secret copy() {
    return use(
        bytes -> {
          ByteBuffer twin = ByteBuffer.allocateDirect(bytes.remaining());
          twin.put(bytes).flip();
          return takeFrom(twin);
        });
  }

  /** How many bytes there are. */
  int length();

  /** Whether both hold the same bytes; takes the same time wherever they differ. */
  boolean sameAs(Secret other);

  /** Whether {@link #close} was called. */
  boolean isClosed();

  /** Wipes the bytes. Waits for callbacks that are running; never call it from within one. */
  @Override
  void close();
}
