package io.postern.credential.vault;

import io.postern.credential.vault.WireFailure.Kind;
import io.postern.spi.json.WipedBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads one answer of HTTP/1.1 (RFC 9112) off a line. Strict: what is not whole is no answer, so
 * that half of one is never taken for little of one.
 */
final class AnswerReader implements AutoCloseable {
  static final int MAX_BODY = 8 << 20;
  private static final int MAX_HEAD = 64 << 10;

  private final Line line;
  private final TimeLimit limit;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(4 << 10).limit(0);
  private int headBytes;
  private boolean begun;

  AnswerReader(Line line, TimeLimit limit) {
    this.line = line;
    this.limit = limit;
  }

  /** Whether a byte of the answer came. */
  boolean hasBegun() {
    return begun;
  }

  WireAnswer read() throws IOException {
    int status = status(headLine());
    Map<String, String> headers = headers();
    while (status < 200 && status != 101) {
      status = status(headLine());
      headers = headers();
    }
    WipedBytes body = WipedBytes.create();
    try {
      readBody(status, headers, body);
      return new WireAnswer(status, Map.copyOf(headers), body);
    } catch (IOException | RuntimeException e) {
      body.close();
      throw e;
    }
  }

  private static int status(String line) throws WireFailure {
    if (!line.matches("HTTP/1\\.[01] [1-9]\\d\\d( .*)?")) {
      throw broken("what came does not begin as HTTP/1.1 does");
    }
    return Integer.parseInt(line.substring(9, 12));
  }

  private Map<String, String> headers() throws IOException {
    Map<String, String> headers = new HashMap<>();
    for (String line = headLine(); !line.isEmpty(); line = headLine()) {
      int colon = line.indexOf(':');
      if (colon < 1) {
        throw broken("a header line without a name");
      }
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      String value = line.substring(colon + 1).strip();
      String before = headers.put(name, value);
      if (before != null && name.equals("content-length") && !before.equals(value)) {
        throw broken("two lengths");
      }
    }
    return headers;
  }

  private void readBody(int status, Map<String, String> headers, WipedBytes body)
      throws IOException {
    if (status == 204 || status == 304) {
      return;
    }
    String coding = headers.get("transfer-encoding");
    if (coding != null) {
      if (!coding.equalsIgnoreCase("chunked")) {
        throw broken("transfer coding other than chunked");
      }
      readChunks(body);
      return;
    }
    // An answer that lasts until the connection ends cannot be told from a cut one.
    String length =
        Optional.ofNullable(headers.get("content-length"))
            .orElseThrow(() -> broken("an answer without a length"));
    if (!length.matches("\\d{1,9}")) {
      throw broken("a length that is no number");
    }
    readInto(body, Integer.parseInt(length));
  }

  private void readChunks(WipedBytes body) throws IOException {
    while (true) {
      String size = headLine().split(";", 2)[0].strip();
      if (!size.matches("[0-9A-Fa-f]{1,7}")) {
        throw broken("a chunk without a size");
      }
      int length = Integer.parseInt(size, 16);
      if (length == 0) {
        while (!headLine().isEmpty()) {
          // Trailers say nothing that is of use here.
        }
        return;
      }
      readInto(body, length);
      if (!headLine().isEmpty()) {
        throw broken("a chunk that is longer than its size");
      }
    }
  }

  private void readInto(WipedBytes body, int length) throws IOException {
    if (body.size() + (long) length > MAX_BODY) {
      throw broken("an answer of more than " + MAX_BODY + " bytes");
    }
    for (int left = length; left > 0; ) {
      fill();
      int count = Math.min(left, buffer.remaining());
      body.put(buffer.slice().limit(count));
      wipeAndSkip(count);
      left -= count;
    }
  }

  /** A line without its end. The head holds no secrets, so it may become text. */
  private String headLine() throws IOException {
    StringBuilder text = new StringBuilder();
    while (true) {
      fill();
      char next = (char) (buffer.get(buffer.position()) & 0xff);
      wipeAndSkip(1);
      if (++headBytes > MAX_HEAD) {
        throw broken("a head of more than " + MAX_HEAD + " bytes");
      }
      boolean ending = !text.isEmpty() && text.charAt(text.length() - 1) == '\r';
      if (next == '\n' || ending) {
        int end = text.length() - 1;
        if (end < 0 || !ending || next != '\n') {
          throw broken("a line that does not end as HTTP's do");
        }
        return text.substring(0, end);
      }
      text.append(next);
    }
  }

  private void fill() throws IOException {
    if (!buffer.hasRemaining()) {
      buffer.clear();
      int count;
      try {
        count = line.read(buffer, limit);
      } finally {
        buffer.flip();
      }
      if (count < 0) {
        throw broken("the connection ended before the answer did");
      }
      begun = true;
    }
  }

  private void wipeAndSkip(int count) {
    for (int i = 0; i < count; i++) {
      buffer.put((byte) 0);
    }
  }

  private static WireFailure broken(String what) {
    return new WireFailure(Kind.BROKEN, true, what, null);
  }

  @Override
  public void close() {
    buffer.clear();
    WipedBytes.wipe(buffer);
  }
}
