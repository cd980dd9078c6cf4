package io.postern.core.recording;

import java.util.Arrays;

/** Bytes that are appended, written and reused, so that a chunk of output costs no garbage. */
final class GrowingBytes {
  private byte[] array = new byte[16 * 1024];
  private int size;

  byte[] array() {
    return array;
  }

  int size() {
    return size;
  }

  void clear() {
    size = 0;
  }

  /** Forgets what was appended after there were {@code smaller} bytes. */
  void cutTo(int smaller) {
    size = smaller;
  }

  /** Makes room, so that the next {@code more} calls of {@link #put} need not look. */
  void reserve(int more) {
    if (array.length - size < more) {
      array = Arrays.copyOf(array, Math.max(array.length * 2, size + more));
    }
  }

  void put(int b) {
    array[size++] = (byte) b;
  }

  void append(byte[] from, int offset, int length) {
    reserve(length);
    System.arraycopy(from, offset, array, size, length);
    size += length;
  }

  void append(byte[] from) {
    append(from, 0, from.length);
  }
}
