package io.postern.core.tool;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.util.ArrayList;
import java.util.List;

/** The size of a terminal. */
final class TerminalSize {
  private static final int MAX = 1_000;

  private TerminalSize() {}

  static void check(int columns, int rows) {
    List<String> faults = faults(columns, rows);
    if (!faults.isEmpty()) {
      throw new PosternException(
          ErrorCode.INPUT_INVALID, "the terminal cannot have this size", faults);
    }
  }

  static List<String> faults(int columns, int rows) {
    List<String> faults = new ArrayList<>();
    if (columns < 1 || columns > MAX) {
      faults.add("columns must be 1 to 1000, was " + columns);
    }
    if (rows < 1 || rows > MAX) {
      faults.add("rows must be 1 to 1000, was " + rows);
    }
    return faults;
  }
}
