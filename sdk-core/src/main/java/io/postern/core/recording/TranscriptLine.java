package io.postern.core.recording;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;

/**
 * The line of a terminal that is being written: it can be overwritten until it ends. A line that is
 * longer than {@link #LONGEST} is given out in parts, and only its last part can be overwritten.
 */
final class TranscriptLine {
  static final int LONGEST = 16 * 1024;

  private final int[] cells = new int[LONGEST];
  private int size;
  private int cursor;

  void put(int codePoint, GrowingBytes out) {
    if (cursor == LONGEST) {
      give(out);
    }
    fillTo(cursor);
    cells[cursor++] = codePoint;
    size = Math.max(size, cursor);
  }

  void toColumn(int column) {
    cursor = Math.max(0, Math.min(column, LONGEST - 1));
  }

  void move(int columns) {
    toColumn(cursor + columns);
  }

  void eraseToEnd() {
    size = Math.min(size, cursor);
  }

  void eraseAll() {
    size = 0;
  }

  /** Makes blanks of what stands left of the cursor and under it. */
  void eraseToCursor() {
    Arrays.fill(cells, 0, Math.min(size, cursor + 1), ' ');
  }

  void blank(int count) {
    if (cursor < size) {
      Arrays.fill(cells, cursor, Math.min(size, cursor + count), ' ');
    }
  }

  void delete(int count) {
    if (cursor < size) {
      int gone = Math.min(count, size - cursor);
      System.arraycopy(cells, cursor + gone, cells, cursor, size - cursor - gone);
      size -= gone;
    }
  }

  void insert(int count) {
    if (cursor < size) {
      int room = Math.min(count, LONGEST - cursor);
      int kept = Math.min(size - cursor, LONGEST - cursor - room);
      System.arraycopy(cells, cursor, cells, cursor + room, kept);
      Arrays.fill(cells, cursor, cursor + room, ' ');
      size = cursor + room + kept;
    }
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Ends the line. */
  void end(GrowingBytes out) {
    give(out);
    out.reserve(1);
    out.put('\n');
  }

  private void give(GrowingBytes out) {
    out.append(new String(cells, 0, size).getBytes(UTF_8));
    size = 0;
    cursor = 0;
  }

  private void fillTo(int column) {
    if (size < column) {
      Arrays.fill(cells, size, column, ' ');
      size = column;
    }
  }
}
