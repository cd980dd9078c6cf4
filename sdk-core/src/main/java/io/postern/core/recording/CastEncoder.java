package io.postern.core.recording;

import java.nio.charset.StandardCharsets;

/**
 * Writes events of asciicast v2 from bytes as they come: UTF-8 that is cut anywhere is carried over
 * to the next event, and what is no UTF-8 becomes U+FFFD. Used by one thread at a time.
 *
 * <p>The strings are written here rather than by a JSON library, because both steps need each byte
 * looked at, and so one look does for both without garbage; each event reads back with Jackson in
 * the tests. DEL and U+0080 to U+009F are escaped too, so that showing the file does no harm.
 *
 * @see "asciicast v2, docs.asciinema.org/manual/asciicast/v2; RFC 8259, 7; Unicode, table 3-7"
 */
final class CastEncoder {
  /** No byte takes more room than this, as {@code \u001b}. */
  private static final int WIDEST = 6;

  private static final byte[] OUTPUT = "\"o\",\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] RESIZE = "\"r\",\"".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] END = "\"]\n".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  private final byte[] sequence = new byte[4];
  private int have;
  private int need;
  private int lowest;
  private int highest;

  /** Appends one event with the output, or nothing when there is no whole character in it. */
  void output(long millis, byte[] bytes, int offset, int length, GrowingBytes out) {
    int before = out.size();
    time(millis, out);
    out.append(OUTPUT);
    int begun = out.size();
    out.reserve((length + 4) * WIDEST + END.length);
    int end = offset + length;
    for (int i = offset; i < end; ) {
      // Most output is long runs that stay as they are: copied at once, not byte by byte.
      int plain = need == 0 ? plainUntil(bytes, i, end) : i;
      if (plain > i) {
        out.append(bytes, i, plain - i);
        i = plain;
      } else {
        accept(bytes[i++] & 0xff, out);
      }
    }
    end(before, begun, out);
  }

  private static int plainUntil(byte[] bytes, int from, int end) {
    int i = from;
    while (i < end && bytes[i] >= 0x20 && bytes[i] != '"' && bytes[i] != '\\' && bytes[i] != 0x7f) {
      i++;
    }
    return i;
  }

  /** Appends an event with what stands for a character that was never completed. */
  void finish(long millis, GrowingBytes out) {
    if (need > 0) {
      int before = out.size();
      time(millis, out);
      out.append(OUTPUT);
      int begun = out.size();
      out.reserve(WIDEST + END.length);
      replace(out);
      end(before, begun, out);
    }
  }

  void resize(long millis, int columns, int rows, GrowingBytes out) {
    time(millis, out);
    out.append(RESIZE);
    out.reserve(32);
    number(columns, out);
    out.put('x');
    number(rows, out);
    out.append(END);
  }

  private static void end(int before, int begun, GrowingBytes out) {
    if (out.size() == begun) {
      out.cutTo(before);
    } else {
      out.append(END);
    }
  }

  private void accept(int b, GrowingBytes out) {
    if (need > 0) {
      if (b >= lowest && b <= highest) {
        sequence[have++] = (byte) b;
        lowest = 0x80;
        highest = 0xbf;
        if (--need == 0) {
          character(out);
        }
        return;
      }
      replace(out);
    }
    if (b < 0x80) {
      ascii(b, out);
    } else {
      begin(b, out);
    }
  }

  private void begin(int b, GrowingBytes out) {
    sequence[0] = (byte) b;
    have = 1;
    // The second byte's range excludes overlong forms, surrogates and what is beyond U+10FFFF.
    lowest = b == 0xe0 ? 0xa0 : b == 0xf0 ? 0x90 : 0x80;
    highest = b == 0xed ? 0x9f : b == 0xf4 ? 0x8f : 0xbf;
    if (b >= 0xc2 && b < 0xe0) {
      need = 1;
    } else if (b >= 0xe0 && b < 0xf0) {
      need = 2;
    } else if (b >= 0xf0 && b < 0xf5) {
      need = 3;
    } else {
      replace(out);
    }
  }

  private void character(GrowingBytes out) {
    if ((sequence[0] & 0xff) == 0xc2 && (sequence[1] & 0xff) < 0xa0) {
      escaped(sequence[1] & 0xff, out);
    } else {
      for (int i = 0; i < have; i++) {
        out.put(sequence[i]);
      }
    }
    have = 0;
  }

  private void replace(GrowingBytes out) {
    out.put(0xef);
    out.put(0xbf);
    out.put(0xbd);
    need = 0;
    have = 0;
  }

  private static void ascii(int b, GrowingBytes out) {
    switch (b) {
      case '"', '\\' -> {
        out.put('\\');
        out.put(b);
      }
      case '\n' -> {
        out.put('\\');
        out.put('n');
      }
      case '\r' -> {
        out.put('\\');
        out.put('r');
      }
      case '\t' -> {
        out.put('\\');
        out.put('t');
      }
      default -> {
        if (b < 0x20 || b == 0x7f) {
          escaped(b, out);
        } else {
          out.put(b);
        }
      }
    }
  }

  private static void escaped(int c, GrowingBytes out) {
    out.put('\\');
    out.put('u');
    out.put('0');
    out.put('0');
    out.put(HEX[c >>> 4]);
    out.put(HEX[c & 15]);
  }

  private static void time(long millis, GrowingBytes out) {
    out.reserve(32);
    out.put('[');
    number(millis / 1000, out);
    out.put('.');
    int rest = (int) (millis % 1000);
    out.put('0' + rest / 100);
    out.put('0' + rest / 10 % 10);
    out.put('0' + rest % 10);
    out.put(',');
  }

  private static void number(long value, GrowingBytes out) {
    if (value >= 10) {
      number(value / 10, out);
    }
    out.put('0' + (int) (value % 10));
  }
}
