package io.postern.core.recording;

import io.postern.credential.Secret;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The byte strings that recordings leave out, outside the heap and under a random pad.
 *
 * <p>Each line of a secret is a pattern of its own, because a terminal ends lines with CR LF where
 * a key file has LF, and because somebody may show only part of a file. The pad does not keep a
 * debugger from reading them; it keeps them out of whatever searches memory for plain text.
 *
 * <p>With the patterns go their tables of Knuth, Morris and Pratt, so that a search takes a time
 * that grows with its input alone.
 */
final class MaskedSecrets implements Recorder.Redactions {
  /** Shorter ones are not left out: they would tear holes into any text. */
  static final int SHORTEST = 4;

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final ByteBuffer masked;
  private final ByteBuffer pad;
  private final ByteBuffer borders;
  private final int[] starts;
  private final int[] lengths;
  private final int firstMask;
  private final int[] firstPattern = new int[256];
  private final int[] nextPattern;
  private int longest;
  private boolean escape;
  private boolean closed;

  private record Span(Secret secret, int offset, int length) {}

  private MaskedSecrets(List<Span> spans) {
    SecureRandom random = new SecureRandom();
    int total = spans.stream().mapToInt(Span::length).sum();
    masked = ByteBuffer.allocateDirect(total);
    pad = ByteBuffer.allocateDirect(total);
    borders = ByteBuffer.allocateDirect(Math.multiplyExact(total + spans.size(), Integer.BYTES));
    starts = new int[spans.size()];
    lengths = new int[spans.size()];
    nextPattern = new int[spans.size()];
    firstMask = random.nextInt(256);
    Arrays.fill(firstPattern, -1);
    byte[] noise = new byte[total];
    random.nextBytes(noise);
    pad.put(noise).flip();
    Arrays.fill(noise, (byte) 0);
    int start = 0;
    for (int pattern = 0; pattern < starts.length; pattern++) {
      starts[pattern] = start;
      lengths[pattern] = spans.get(pattern).length();
      start += lengths[pattern];
      take(pattern, spans.get(pattern));
    }
  }

  @Override
  public String applyTo(String text) {
    return Redactor.applied(this, text);
  }

  /** Takes copies; the secrets stay the caller's. */
  static MaskedSecrets of(List<Secret> secrets) {
    List<Span> spans = new ArrayList<>();
    for (Secret secret : secrets) {
      secret.use(
          bytes -> {
            addLines(secret, bytes, spans);
            return true;
          });
    }
    return new MaskedSecrets(spans);
  }

  private static void addLines(Secret secret, ByteBuffer bytes, List<Span> spans) {
    int end = bytes.limit();
    while (end > 0 && isLineEnd(bytes.get(end - 1))) {
      end--;
    }
    boolean torn = false;
    int begin = 0;
    for (int i = 0; i <= end; i++) {
      if (i == end || isLineEnd(bytes.get(i))) {
        int length = i - begin;
        if (length >= SHORTEST && !isArmour(bytes, begin, length)) {
          spans.add(new Span(secret, begin, length));
        }
        torn |= length > 0 && length < SHORTEST;
        begin = i + 1;
      }
    }
    if (torn && end >= SHORTEST) {
      // Its lines alone would leave the short ones to be seen.
      spans.add(new Span(secret, 0, end));
    }
  }

  private static boolean isLineEnd(byte b) {
    return b == '\n' || b == '\r';
  }

  /** Whether it is the first or last line of a PEM file, which says nothing. */
  private static boolean isArmour(ByteBuffer bytes, int begin, int length) {
    if (length < 16) {
      return false;
    }
    for (int i = 0; i < 5; i++) {
      if (bytes.get(begin + i) != '-' || bytes.get(begin + length - 1 - i) != '-') {
        return false;
      }
    }
    return true;
  }

  private void take(int pattern, Span span) {
    span.secret()
        .use(
            bytes -> {
              for (int i = 0; i < span.length(); i++) {
                byte b = bytes.get(span.offset() + i);
                masked.put(starts[pattern] + i, (byte) (b ^ pad.get(starts[pattern] + i)));
                escape |= b == 0x1b;
              }
              return true;
            });
    int first = (at(pattern, 0) & 0xff) ^ firstMask;
    nextPattern[pattern] = firstPattern[first];
    firstPattern[first] = pattern;
    longest = Math.max(longest, lengths[pattern]);
    int border = 0;
    for (int matched = 2; matched <= lengths[pattern]; matched++) {
      byte b = at(pattern, matched - 1);
      while (border > 0 && at(pattern, border) != b) {
        border = border(pattern, border);
      }
      if (at(pattern, border) == b) {
        border++;
      }
      borders.putInt(borderIndex(pattern, matched), border);
    }
  }

  int count() {
    return starts.length;
  }

  int length(int pattern) {
    return lengths[pattern];
  }

  /** The length of the longest pattern. */
  int longest() {
    return longest;
  }

  /** Whether a pattern holds the character that begins terminal control sequences. */
  boolean holdEscape() {
    return escape;
  }

  /** Held while the others are asked; {@link #close} waits for it. */
  Lock reading() {
    return lock.readLock();
  }

  /** Whether they were forgotten; asked under {@link #reading}. */
  boolean isClosed() {
    return closed;
  }

  /** A pattern that begins with {@code b}, or -1; {@link #nextBeginning} gives the others. */
  int firstBeginning(byte b) {
    return firstPattern[(b & 0xff) ^ firstMask];
  }

  int nextBeginning(int pattern) {
    return nextPattern[pattern];
  }

  /** How much of the pattern is matched after {@code b}, when {@code matched} was before it. */
  int step(int pattern, int matched, byte b) {
    int now = matched;
    while (now > 0 && at(pattern, now) != b) {
      now = border(pattern, now);
    }
    return at(pattern, now) == b ? now + 1 : now;
  }

  /** The longest proper beginning of the pattern that its first {@code matched} bytes end with. */
  int border(int pattern, int matched) {
    return borders.getInt(borderIndex(pattern, matched));
  }

  private int borderIndex(int pattern, int matched) {
    return (starts[pattern] + pattern + matched) * Integer.BYTES;
  }

  private byte at(int pattern, int index) {
    int place = starts[pattern] + index;
    return (byte) (masked.get(place) ^ pad.get(place));
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      closed = true;
      wipe(masked);
      wipe(pad);
      wipe(borders);
      Arrays.fill(firstPattern, -1);
    } finally {
      lock.writeLock().unlock();
    }
  }

  private static void wipe(ByteBuffer buffer) {
    for (int i = 0; i < buffer.capacity(); i++) {
      buffer.put(i, (byte) 0);
    }
  }

  @Override
  public String toString() {
    return "MaskedSecrets[" + starts.length + "]";
  }
}
