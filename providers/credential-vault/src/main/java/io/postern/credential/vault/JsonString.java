package io.postern.credential.vault;

import io.postern.credential.vault.Json.Malformed;
import java.nio.ByteBuffer;

/** The content of strings in JSON, from bytes to bytes. */
final class JsonString {
  private JsonString() {}

  /** The string's content in UTF-8; the receiver closes it. */
  static Bytes decode(Json string) throws Malformed {
    ByteBuffer raw = string.raw();
    raw.position(raw.position() + 1).limit(raw.limit() - 1);
    Bytes content = new Bytes(Math.max(1, raw.remaining()));
    try {
      while (raw.hasRemaining()) {
        byte one = raw.get();
        if (one == '\\') {
          escaped(raw, content);
        } else {
          content.put(one);
        }
      }
      return content;
    } catch (Malformed | RuntimeException e) {
      content.close();
      throw e;
    }
  }

  private static void escaped(ByteBuffer raw, Bytes content) throws Malformed {
    byte sign = raw.get();
    switch (sign) {
      case '"', '\\', '/' -> content.put(sign);
      case 'b' -> content.put((byte) '\b');
      case 'f' -> content.put((byte) '\f');
      case 'n' -> content.put((byte) '\n');
      case 'r' -> content.put((byte) '\r');
      case 't' -> content.put((byte) '\t');
      case 'u' -> put(codePoint(raw), content);
      default -> throw new Malformed(raw.position());
    }
  }

  private static int codePoint(ByteBuffer raw) throws Malformed {
    int point = unit(raw);
    if (Character.isHighSurrogate((char) point)) {
      if (raw.remaining() < 6 || raw.get() != '\\' || raw.get() != 'u') {
        throw new Malformed(raw.position());
      }
      int low = unit(raw);
      if (!Character.isLowSurrogate((char) low)) {
        throw new Malformed(raw.position());
      }
      point = Character.toCodePoint((char) point, (char) low);
    } else if (Character.isLowSurrogate((char) point)) {
      throw new Malformed(raw.position());
    }
    return point;
  }

  private static void put(int point, Bytes content) {
    if (point < 0x80) {
      content.put((byte) point);
    } else if (point < 0x800) {
      content.put((byte) (0xc0 | (point >> 6))).put(tail(point));
    } else if (point < 0x10000) {
      content.put((byte) (0xe0 | (point >> 12))).put(tail(point >> 6)).put(tail(point));
    } else {
      content.put((byte) (0xf0 | (point >> 18))).put(tail(point >> 12));
      content.put(tail(point >> 6)).put(tail(point));
    }
  }

  private static byte tail(int bits) {
    return (byte) (0x80 | (bits & 0x3f));
  }

  private static int unit(ByteBuffer raw) throws Malformed {
    if (raw.remaining() < 4) {
      throw new Malformed(raw.position());
    }
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(raw.get(), 16);
      if (digit < 0) {
        throw new Malformed(raw.position());
      }
      unit = (unit << 4) | digit;
    }
    return unit;
  }

  /** Puts bytes of UTF-8 into a JSON text as the content of a string, without its quotes. */
  static void encode(ByteBuffer content, Bytes json) {
    String digits = "0123456789abcdef";
    while (content.hasRemaining()) {
      byte one = content.get();
      if (one == '"' || one == '\\') {
        json.put((byte) '\\').put(one);
      } else if (one >= 0 && one < 0x20) {
        json.put("\\u00").put((byte) digits.charAt(one >> 4));
        json.put((byte) digits.charAt(one & 15));
      } else {
        json.put(one);
      }
    }
  }

  /**
   * Refuses content that does not stand for text: escapes that JSON does not know, halves of
   * surrogate pairs, bytes that are no UTF-8 (RFC 3629). Copies nothing.
   */
  static void check(ByteBuffer content) throws Malformed {
    while (content.hasRemaining()) {
      int one = content.get() & 0xff;
      if (one == '\\') {
        checkEscape(content);
      } else if (one >= 0x80) {
        checkSequence(one, content);
      }
    }
  }

  private static void checkEscape(ByteBuffer content) throws Malformed {
    byte sign = content.get();
    if (sign == 'u') {
      codePoint(content);
    } else if ("\"\\/bfnrt".indexOf(sign) < 0) {
      throw new Malformed(content.position());
    }
  }

  private static void checkSequence(int first, ByteBuffer content) throws Malformed {
    int more = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    if (first < 0xc2 || first > 0xf4 || content.remaining() < more) {
      throw new Malformed(content.position());
    }
    int second = content.get() & 0xff;
    // Shorter forms of the same, halves of surrogate pairs, and what is beyond Unicode.
    int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    boolean good = second >= least && second <= most;
    for (int i = 1; i < more; i++) {
      good &= (content.get() & 0xc0) == 0x80;
    }
    if (!good) {
      throw new Malformed(content.position());
    }
  }
}
