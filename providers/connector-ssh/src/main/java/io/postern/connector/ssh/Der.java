package io.postern.connector.ssh;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Reads DER where it lies. A library's reader would make objects of every piece of a private key.
 *
 * @see "ITU-T X.690"
 */
final class Der {
  static final int INTEGER = 0x02;
  static final int OCTETS = 0x04;
  static final int OID = 0x06;
  static final int SEQUENCE = 0x30;
  static final int CONTEXT_0 = 0xa0;

  private final ByteBuffer in;

  private Der(ByteBuffer in) {
    this.in = in;
  }

  static Der of(byte[] der) {
    return new Der(ByteBuffer.wrap(der));
  }

  boolean nextIs(int tag) {
    return in.hasRemaining() && (in.get(in.position()) & 0xff) == tag;
  }

  /** The inside of the next element, which is stepped over. */
  Der enter(int tag) {
    if (!nextIs(tag)) {
      throw damaged();
    }
    return new Der(next());
  }

  void skip() {
    next();
  }

  /** A copy of the next element's inside; the caller wipes it. */
  byte[] take(int tag) {
    ByteBuffer inside = enter(tag).in;
    byte[] copy = new byte[inside.remaining()];
    inside.get(copy);
    return copy;
  }

  BigInteger number() {
    byte[] bytes = take(INTEGER);
    try {
      if (bytes.length == 0) {
        throw damaged();
      }
      return new BigInteger(bytes);
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }

  String oid() {
    ByteBuffer inside = enter(OID).in;
    StringBuilder oid = new StringBuilder();
    long part = 0;
    while (inside.hasRemaining()) {
      byte next = inside.get();
      part = (part << 7) | (next & 0x7f);
      if (next >= 0) {
        if (oid.isEmpty()) {
          long first = Math.min(part / 40, 2);
          oid.append(first).append('.').append(part - first * 40);
        } else {
          oid.append('.').append(part);
        }
        part = 0;
      }
    }
    return oid.toString();
  }

  private ByteBuffer next() {
    if (in.remaining() < 2) {
      throw damaged();
    }
    in.get(); // tag
    int length = in.get() & 0xff;
    if (length > 0x7f) {
      int bytes = length & 0x7f;
      if (bytes > 3 || bytes > in.remaining()) {
        throw damaged();
      }
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = (length << 8) | (in.get() & 0xff);
      }
    }
    if (length > in.remaining()) {
      throw damaged();
    }
    ByteBuffer inside = in.slice(in.position(), length);
    in.position(in.position() + length);
    return inside;
  }

  private static KeyUnreadable damaged() {
    return new KeyUnreadable("it is damaged: it is not what its first line says");
  }
}
