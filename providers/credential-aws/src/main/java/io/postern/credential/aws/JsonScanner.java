package io.postern.credential.aws;

import java.nio.ByteBuffer;

/**
 * Reads JSON (RFC 8259) where it lies, byte by byte, so that what is secret in it goes from one
 * buffer to another and nowhere else. Used by one thread. What it finds wrong it names by position
 * only: the text around it may be a secret.
 */
final class JsonScanner {
  private static final int MAX_DEPTH = 32;

  private final ByteBuffer in;
  private int at;

  /** Begins at the buffer's position; the buffer itself stays as it is. */
  JsonScanner(ByteBuffer in) {
    this.in = in;
    this.at = in.position();
  }

  /** Where a string stands, without its quotes. */
  record Span(int from, int to) {}

  /** The next byte that is no white space; 0 at the end. */
  char peek() {
    while (at < in.limit()) {
      char next = (char) (in.get(at) & 0xff);
      if (next != ' ' && next != '\t' && next != '\n' && next != '\r') {
        return next;
      }
      at++;
    }
    return 0;
  }

  boolean accept(char wanted) {
    if (peek() != wanted) {
      return false;
    }
    at++;
    return true;
  }

  void expect(char wanted) {
    if (!accept(wanted)) {
      throw fault("'" + wanted + "' expected");
    }
  }

  /** Nothing but white space may follow. */
  void end() {
    if (peek() != 0 || at < in.limit()) {
      throw fault("more than one value");
    }
  }

  /** Whether another member or element follows in what {@code close} ends. */
  boolean more(boolean first, char close) {
    if (accept(close)) {
      return false;
    }
    if (!first) {
      expect(',');
    }
    return true;
  }

  /** Reads a string over. */
  Span string() {
    expect('"');
    int from = at;
    while (at < in.limit()) {
      int next = in.get(at) & 0xff;
      if (next == '"') {
        return new Span(from, at++);
      }
      if (next < 0x20) {
        throw fault("control character in a string");
      }
      at += next == '\\' ? 2 : 1;
    }
    throw fault("string without end");
  }

  /** A member's name, and the colon behind it. */
  Span name() {
    Span name = string();
    expect(':');
    return name;
  }

  /** Whether a string is this one, written without escapes; makes no text of it. */
  boolean is(Span string, String ascii) {
    if (string.to() - string.from() != ascii.length()) {
      return false;
    }
    for (int i = 0; i < ascii.length(); i++) {
      if (in.get(string.from() + i) != ascii.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Reads any value over. */
  void skip() {
    skip(0);
  }

  private void skip(int depth) {
    if (depth > MAX_DEPTH) {
      throw fault("nested deeper than " + MAX_DEPTH);
    }
    switch (peek()) {
      case '"' -> string();
      case '{' -> {
        at++;
        for (boolean first = true; more(first, '}'); first = false) {
          name();
          skip(depth + 1);
        }
      }
      case '[' -> {
        at++;
        for (boolean first = true; more(first, ']'); first = false) {
          skip(depth + 1);
        }
      }
      default -> word();
    }
  }

  /** Reads over a number, {@code true}, {@code false} or {@code null}. */
  Span word() {
    peek();
    int from = at;
    while (at < in.limit() && isOfWord(in.get(at) & 0xff)) {
      at++;
    }
    if (at == from) {
      throw fault("value expected");
    }
    return new Span(from, at);
  }

  private static boolean isOfWord(int c) {
    return (c >= '0' && c <= '9')
        || (c >= 'a' && c <= 'z')
        || c == '-'
        || c == '+'
        || c == '.'
        || c == 'E';
  }

  /**
   * What a string stands for, in UTF-8 and outside the heap; the caller wipes it.
   *
   * @throws JsonException for an escape that is none
   */
  ByteBuffer unescaped(Span string) {
    ByteBuffer out = ByteBuffer.allocateDirect(Math.max(1, string.to() - string.from()));
    try {
      int i = string.from();
      while (i < string.to()) {
        byte next = in.get(i++);
        if (next != '\\') {
          out.put(next);
          continue;
        }
        byte escape = in.get(i++);
        if (escape != 'u') {
          out.put(single(escape));
          continue;
        }
        int character = hex(i, string.to());
        i += 4;
        if (Character.isHighSurrogate((char) character)
            && i + 6 <= string.to()
            && in.get(i) == '\\'
            && in.get(i + 1) == 'u') {
          character = Character.toCodePoint((char) character, (char) hex(i + 2, string.to()));
          i += 6;
        }
        if (character >= 0xd800 && character <= 0xdfff) {
          throw fault("half a surrogate pair");
        }
        utf8(character, out);
      }
      return out.flip();
    } catch (RuntimeException e) {
      OffHeap.wipe(out);
      throw e;
    }
  }

  private byte single(byte escape) {
    return switch (escape) {
      case '"', '\\', '/' -> escape;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> throw fault("unknown escape");
    };
  }

  private int hex(int from, int end) {
    if (from + 4 > end) {
      throw fault("unknown escape");
    }
    int value = 0;
    for (int i = from; i < from + 4; i++) {
      int digit = Character.digit(in.get(i), 16);
      if (digit < 0) {
        throw fault("unknown escape");
      }
      value = (value << 4) | digit;
    }
    return value;
  }

  private static void utf8(int c, ByteBuffer out) {
    if (c < 0x80) {
      out.put((byte) c);
      return;
    }
    int shift = c < 0x800 ? 6 : c < 0x10000 ? 12 : 18;
    int lead = shift == 6 ? 0xc0 : shift == 12 ? 0xe0 : 0xf0;
    out.put((byte) (lead | (c >> shift)));
    while (shift > 0) {
      shift -= 6;
      out.put((byte) (0x80 | ((c >> shift) & 0x3f)));
    }
  }

  JsonException fault(String what) {
    return new JsonException(what + " at byte " + at);
  }

  /**
   * Something is no JSON, or not the JSON that was expected. Says where, never what stands there.
   */
  static final class JsonException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    JsonException(String message) {
      super(message);
    }
  }
}
