package io.postern.core.tool;

/** Texts made by people and endpoints, as they may be shown to others. */
final class Shown {
  private Shown() {}

  /**
   * On one line, no control character left, at most about {@code max} characters. Control
   * characters become their pictures (a line feed {@code U+240A}) rather than backslashes, since a
   * backslash followed by n is not a line feed to a shell, and an auditor must see which it was.
   */
  static String of(String text, int max) {
    StringBuilder shown = new StringBuilder(Math.min(text.length(), max) + 16);
    int at = 0;
    while (at < text.length() && shown.length() < max) {
      int point = text.codePointAt(at);
      at += Character.charCount(point);
      append(shown, point);
    }
    if (at < text.length()) {
      shown.append("… (").append(text.length()).append(" characters)");
    }
    return shown.toString();
  }

  /** The end of a text, in the same way. */
  static String tail(String text, int max) {
    int from = Math.max(0, text.length() - max);
    return (from == 0 ? "" : "…") + of(text.substring(from), max * 10);
  }

  private static void append(StringBuilder shown, int point) {
    if (point < 0x20) {
      shown.append((char) (0x2400 + point));
    } else if (point == 0x7f) {
      shown.append('\u2421');
    } else if (isUnseen(point)) {
      shown.append("<U+").append(String.format("%04X", point)).append('>');
    } else {
      shown.appendCodePoint(point);
    }
  }

  /** Among them what turns the direction of writing around, to make one command look another. */
  private static boolean isUnseen(int point) {
    int type = Character.getType(point);
    return type == Character.CONTROL
        || type == Character.FORMAT
        || type == Character.LINE_SEPARATOR
        || type == Character.PARAGRAPH_SEPARATOR
        || type == Character.SURROGATE;
  }
}
