package io.postern.spi.json;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Bytes outside the Java heap that grow with what is put in, for what may hold secrets: a store's
 * answer, or what it is told. Closing wipes them; so does growing, of what they leave behind.
 *
 * <p>For one thread at a time. Closing twice is harmless; every other method of closed ones fails
 * with {@link ErrorCode#CLOSED}.
 */
public final class WipedBytes implements AutoCloseable {
  private static final int CHUNK = 8 << 10;

  private ByteBuffer buffer;
  private boolean closed;

  private WipedBytes(int room) {
    buffer = ByteBuffer.allocateDirect(room);
  }

  /** None yet, with room for some hundreds. */
  public static WipedBytes create() {
    return new WipedBytes(512);
  }

  /**
   * Reads a stream to its end, such as the body of an answer. Blocks as long as the stream does,
   * and does not close it. What goes through here is wiped; what the stream itself keeps is not.
   *
   * @param most how many bytes are taken at most
   * @throws IOException when reading fails, or there are more
   */
  public static WipedBytes readFrom(InputStream in, int most) throws IOException {
    requireNonNull(in, "in");
    WipedBytes bytes = new WipedBytes(CHUNK);
    byte[] chunk = new byte[CHUNK];
    boolean whole = false;
    try {
      for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
        if (count > most - bytes.size()) {
          throw new IOException("there are more than " + most + " bytes");
        }
        bytes.put(ByteBuffer.wrap(chunk, 0, count));
      }
      whole = true;
      return bytes;
    } finally {
      Arrays.fill(chunk, (byte) 0);
      if (!whole) {
        bytes.close();
      }
    }
  }

  /** Puts one byte behind the others. */
  public WipedBytes put(byte one) {
    room(1).put(one);
    return this;
  }

  /** Puts what remains in {@code bytes} behind the others. The source is left as it is. */
  public WipedBytes put(ByteBuffer bytes) {
    room(bytes.remaining()).put(bytes.duplicate());
    return this;
  }

  /** Puts a text behind the others, in UTF-8. No secret: that is no String. */
  public WipedBytes put(String text) {
    return put(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
  }

  private ByteBuffer room(int count) {
    ByteBuffer old = open();
    if (old.remaining() < count) {
      int wanted = Math.addExact(old.position(), count);
      buffer = ByteBuffer.allocateDirect(Math.max(wanted, 2 * old.capacity()));
      buffer.put(old.flip());
      wipe(old);
    }
    return buffer;
  }

  private ByteBuffer open() {
    if (closed) {
      throw new PosternException(
          ErrorCode.CLOSED, "these bytes were closed and wiped; read what they hold before");
    }
    return buffer;
  }

  /** How many there are. */
  public int size() {
    return open().position();
  }

  /**
   * All of them, read-only, from the first one; worthless once more is put in or this is closed.
   */
  public ByteBuffer written() {
    return open().duplicate().flip().asReadOnlyBuffer();
  }

  /**
   * Overwrites a buffer with zeros from its beginning to its capacity, whatever its position and
   * limit, which stay.
   */
  public static void wipe(ByteBuffer buffer) {
    ByteBuffer all = buffer.duplicate().clear();
    while (all.hasRemaining()) {
      all.put((byte) 0);
    }
  }

  /** Wipes them. */
  @Override
  public void close() {
    closed = true;
    wipe(buffer);
  }

  /** How many they are, and none of them. */
  @Override
  public String toString() {
    return closed ? "WipedBytes[closed]" : "WipedBytes[" + buffer.position() + "]";
  }
}
