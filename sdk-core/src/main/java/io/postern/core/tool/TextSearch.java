package io.postern.core.tool;

/**
 * Looks for some bytes in a stream of them, each byte looked at once however the stream is cut into
 * pieces (Knuth, Morris and Pratt). Used by one thread.
 */
final class TextSearch {
  private final byte[] sought;
  private final int[] fallback;
  private int matched;

  TextSearch(byte[] sought) {
    this.sought = sought;
    this.fallback = new int[sought.length];
    for (int at = 1, known = 0; at < sought.length; at++) {
      while (known > 0 && sought[at] != sought[known]) {
        known = fallback[known - 1];
      }
      if (sought[at] == sought[known]) {
        known++;
      }
      fallback[at] = known;
    }
  }

  /** The index just behind the first match, or -1 when it does not end in these bytes. */
  int in(byte[] bytes, int length) {
    for (int at = 0; at < length; at++) {
      while (matched > 0 && bytes[at] != sought[matched]) {
        matched = fallback[matched - 1];
      }
      if (bytes[at] == sought[matched]) {
        matched++;
      }
      if (matched == sought.length) {
        matched = 0;
        return at + 1;
      }
    }
    return -1;
  }

  /** Forgets what it has seen: what comes next does not follow on it. */
  void restart() {
    matched = 0;
  }
}
