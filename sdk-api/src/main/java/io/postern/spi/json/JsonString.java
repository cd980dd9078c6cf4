package io.postern.spi.json;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * What a string in JSON says, byte by byte of its UTF-8, with its escapes undone on the way. Reads
 * what {@link JsonReader} has found to be right. For one thread, from its beginning to its end.
 *
 * <p>Texts are made here and not in {@link Json}, so that no class makes texts and touches secrets.
 */
final class JsonString {
  private final ByteBuffer in;
  private final int end;
  private int at;

  /** What is still to come of a character that was escaped, the next byte lowest. */
  private int pending;

  JsonString(Json string) {
    in = string.raw();
    at = in.position() + 1;
    end = in.limit() - 1;
  }

  /** The next byte, 0 to 255; -1 at the end. */
  private int next() {
    if (pending != 0) {
      int next = pending & 0xff;
      pending >>>= 8;
      return next;
    }
    if (at >= end) {
      return -1;
    }
    int next = in.get(at++) & 0xff;
    return next == '\\' ? escaped() : next;
  }

  private int escaped() {
    int sign = in.get(at++);
    return switch (sign) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> first(codePoint());
      default -> sign;
    };
  }

  private int codePoint() {
    int point = unit(in, at);
    at += 4;
    if (Character.isHighSurrogate((char) point)) {
      point = Character.toCodePoint((char) point, (char) unit(in, at + 2));
      at += 6;
    }
    return point;
  }

  /** The first byte of a character; the others are pending. They are never 0. */
  private int first(int point) {
    if (point < 0x80) {
      return point;
    }
    if (point < 0x800) {
      pending = tail(point);
      return 0xc0 | (point >> 6);
    }
    if (point < 0x10000) {
      pending = tail(point >> 6) | (tail(point) << 8);
      return 0xe0 | (point >> 12);
    }
    pending = tail(point >> 12) | (tail(point >> 6) << 8) | (tail(point) << 16);
    return 0xf0 | (point >> 18);
  }

  private static int tail(int bits) {
    return 0x80 | (bits & 0x3f);
  }

  /** Whether it says this. */
  boolean is(byte[] utf8) {
    for (byte one : utf8) {
      if (next() != (one & 0xff)) {
        return false;
      }
    }
    return next() < 0;
  }

  /** Some order among strings, in which equal ones are those that say the same. */
  static int compare(Json one, Json other) {
    JsonString left = new JsonString(one);
    JsonString right = new JsonString(other);
    int difference;
    int last;
    do {
      last = left.next();
      difference = last - right.next();
    } while (difference == 0 && last >= 0);
    return difference;
  }

  /** What it says, outside the heap; the receiver wipes it. */
  ByteBuffer content() {
    ByteBuffer content = ByteBuffer.allocateDirect(end - at); // never longer than it is written
    for (int next = next(); next >= 0; next = next()) {
      content.put((byte) next);
    }
    return content.flip();
  }

  /** What it says, as a text. */
  String text() {
    byte[] bytes = new byte[end - at];
    int length = 0;
    for (int next = next(); next >= 0; next = next()) {
      bytes[length++] = (byte) next;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  /** A number, true or false as a text. */
  static String word(Json value) {
    return StandardCharsets.US_ASCII.decode(value.raw()).toString();
  }

  /** What four hexadecimal digits stand for; -1 when there are none. */
  static int unit(ByteBuffer in, int at) {
    if (at + 4 > in.limit()) {
      return -1;
    }
    int unit = 0;
    for (int i = at; i < at + 4; i++) {
      int digit = Character.digit(in.get(i), 16);
      if (digit < 0) {
        return -1;
      }
      unit = (unit << 4) | digit;
    }
    return unit;
  }

  /**
   * How many bytes the character has that begins here, 1 to 4; 0 when it is no UTF-8 (RFC 3629,
   * section 4): cut, a longer form than there need be, half a surrogate pair, or beyond Unicode.
   */
  static int width(ByteBuffer in, int at) {
    int first = in.get(at) & 0xff;
    if (first < 0x80) {
      return 1;
    }
    int width = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4 || at + width > in.limit()) {
      return 0;
    }
    int second = in.get(at + 1) & 0xff;
    int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    boolean good = second >= least && second <= most;
    for (int i = 2; i < width; i++) {
      good &= (in.get(at + i) & 0xc0) == 0x80;
    }
    return good ? width : 0;
  }
}
