package io.postern.credential.vault;

import io.postern.credential.vault.Json.Malformed;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

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
      case 'u' -> codePoint(raw, content);
      default -> throw new Malformed(raw.position());
    }
  }

  private static void codePoint(ByteBuffer raw, Bytes content) throws Malformed {
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

  /** Refuses what is no UTF-8; looks at small pieces, which it wipes. */
  static void requireText(ByteBuffer content) throws CharacterCodingException {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    CharBuffer piece = ByteBuffer.allocateDirect(512).asCharBuffer();
    CoderResult result;
    do {
      piece.clear();
      result = decoder.decode(content, piece, true);
    } while (result.isOverflow());
    for (int i = 0; i < piece.capacity(); i++) {
      piece.put(i, '\0');
    }
    if (result.isError()) {
      result.throwException();
    }
  }
}
