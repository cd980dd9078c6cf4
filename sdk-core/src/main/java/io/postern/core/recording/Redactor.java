package io.postern.core.recording;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.Lock;

/**
 * Leaves secrets out of a stream of bytes, however it is cut into chunks. Whatever might be the
 * beginning of a secret is held back until it is known not to be one. Used by one thread at a time.
 *
 * <p>Each secret is looked for twice: in the bytes as they are (a shell puts the command line into
 * the window's title, inside a control sequence), and in what is left without control sequences (a
 * shell that colours what is typed puts them between the letters of a password). Neighbouring
 * occurrences become one mark.
 */
final class Redactor {
  private static final byte[] MARK = "********".getBytes(StandardCharsets.US_ASCII);

  /** How many bytes of control sequences a secret may be strewn with and still be found. */
  private static final int STREWN = 4096;

  private final MaskedSecrets secrets;
  private final ControlSequences sequences = ControlSequences.ofBytes();
  private final Search plain;
  private final Search visible;
  private final boolean looksPastControls;
  private final ByteBuffer held;
  private final boolean[] marked;
  private final long[] visibleAt;
  private final int heldMask;
  private final int visibleMask;
  private long taken;
  private long released;
  private long visibleTaken;
  private boolean inMark;

  Redactor(MaskedSecrets secrets) {
    this.secrets = secrets;
    plain = new Search(secrets);
    visible = new Search(secrets);
    looksPastControls = !secrets.holdEscape();
    int room = secrets.count() == 0 ? 1 : powerOfTwo(secrets.longest() + STREWN);
    held = ByteBuffer.allocateDirect(room);
    marked = new boolean[room];
    heldMask = room - 1;
    visibleAt = new long[powerOfTwo(secrets.longest() + 1)];
    visibleMask = visibleAt.length - 1;
  }

  /** Instead of a text that came after the secrets were forgotten. */
  private static final String WITHHELD = "[not shown]";

  /** A whole text without the secrets; withheld once they were forgotten. */
  static String applied(MaskedSecrets secrets, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    GrowingBytes cleaned = new GrowingBytes();
    Redactor redactor = new Redactor(secrets);
    if (!redactor.pass(bytes, 0, bytes.length, cleaned)) {
      // Nobody can tell any more what it holds.
      return secrets.count() == 0 ? text : WITHHELD;
    }
    redactor.flush(cleaned);
    return new String(cleaned.array(), 0, cleaned.size(), StandardCharsets.UTF_8);
  }

  private static int powerOfTwo(int atLeast) {
    return Math.max(1, Integer.highestOneBit(Math.max(1, atLeast - 1)) << 1);
  }

  /**
   * Appends to {@code out} what is certain of {@code in} and of what was held back.
   *
   * @return whether the secrets are still there; when not, nothing was taken, for it could not be
   *     cleaned
   */
  boolean pass(byte[] in, int offset, int length, GrowingBytes out) {
    Lock reading = secrets.reading();
    reading.lock();
    try {
      if (secrets.isClosed()) {
        return false;
      }
      if (secrets.count() == 0) {
        out.append(in, offset, length);
      } else {
        passCleaned(in, offset, length, out);
      }
      return true;
    } finally {
      reading.unlock();
    }
  }

  private void passCleaned(byte[] in, int offset, int length, GrowingBytes out) {
    int end = offset + length;
    int at = offset;
    while (at < end) {
      if (released == taken && sequences.isIdle()) {
        int from = at;
        while (at < end && secrets.firstBeginning(in[at]) < 0 && in[at] != 0x1b) {
          at++;
        }
        if (at > from) {
          out.append(in, from, at - from);
          taken += at - from;
          released = taken;
          inMark = false;
        }
      }
      if (at < end) {
        take(in[at++]);
        release(firstUncertain(), out);
      }
    }
  }

  private void take(byte b) {
    int slot = (int) taken & heldMask;
    held.put(slot, b);
    marked[slot] = false;
    long here = taken++;
    for (int i = plain.step(b); i > 0; i--) {
      marked[(int) (taken - i) & heldMask] = true;
    }
    ControlSequences.Kind kind = sequences.accept(b & 0xff);
    if (looksPastControls
        && (kind == ControlSequences.Kind.TEXT || kind == ControlSequences.Kind.CONTROL)) {
      visibleAt[(int) visibleTaken++ & visibleMask] = here;
      for (int i = visible.step(b); i > 0; i--) {
        marked[(int) visibleAt[(int) (visibleTaken - i) & visibleMask] & heldMask] = true;
      }
    }
  }

  private long firstUncertain() {
    long first = taken - plain.longest();
    int seen = visible.longest();
    if (seen > 0) {
      long begun = visibleAt[(int) (visibleTaken - seen) & visibleMask];
      if (taken - begun >= marked.length) {
        visible.forget();
      } else {
        first = Math.min(first, begun);
      }
    }
    return first;
  }

  /** Gives out what is held back; the stream has ended. Needs the secrets no more. */
  void flush(GrowingBytes out) {
    release(taken, out);
    plain.forget();
    visible.forget();
    for (int i = 0; i < held.capacity(); i++) {
      held.put(i, (byte) 0);
    }
  }

  private void release(long until, GrowingBytes out) {
    while (released < until) {
      int slot = (int) released++ & heldMask;
      if (!marked[slot]) {
        out.reserve(1);
        out.put(held.get(slot));
        inMark = false;
      } else if (!inMark) {
        out.append(MARK);
        inMark = true;
      }
    }
  }

  /** How far each secret is matched at this point of a stream. */
  private static final class Search {
    private final MaskedSecrets secrets;
    private final int[] matched;
    private final int[] active;
    private int activeCount;
    private int longest;

    Search(MaskedSecrets secrets) {
      this.secrets = secrets;
      matched = new int[secrets.count()];
      active = new int[secrets.count()];
    }

    /** The length of the longest secret that ends with {@code b}, or 0. */
    int step(byte b) {
      int ended = 0;
      longest = 0;
      int kept = 0;
      for (int i = 0; i < activeCount; i++) {
        int pattern = active[i];
        int now = secrets.step(pattern, matched[pattern], b);
        if (now == secrets.length(pattern)) {
          ended = Math.max(ended, now);
          now = secrets.border(pattern, now);
        }
        matched[pattern] = now;
        if (now > 0) {
          active[kept++] = pattern;
          longest = Math.max(longest, now);
        }
      }
      activeCount = kept;
      begin(b);
      return ended;
    }

    private void begin(byte b) {
      for (int pattern = secrets.firstBeginning(b);
          pattern >= 0;
          pattern = secrets.nextBeginning(pattern)) {
        if (matched[pattern] == 0) {
          matched[pattern] = 1;
          active[activeCount++] = pattern;
          longest = Math.max(longest, 1);
        }
      }
    }

    int longest() {
      return longest;
    }

    void forget() {
      for (int i = 0; i < activeCount; i++) {
        matched[active[i]] = 0;
      }
      activeCount = 0;
      longest = 0;
    }
  }
}
