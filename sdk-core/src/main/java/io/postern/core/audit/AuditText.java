package io.postern.core.audit;

/** Makes foreign text fit for the trail: short, on one line, without tricks for a terminal. */
final class AuditText {
  private AuditText() {}

  /** Cuts at {@code most} characters and writes control characters as {@code \}{@code u001b}. */
  static String plain(String text, int most) {
    StringBuilder plain = new StringBuilder(Math.min(text.length(), most));
    int taken = 0;
    for (int at = 0; at < text.length(); ) {
      if (taken++ == most) {
        return plain.append('…').toString();
      }
      int character = text.codePointAt(at);
      at += Character.charCount(character);
      if (isTricky(character)) {
        plain.append(String.format("\\u%04x", character));
      } else {
        plain.appendCodePoint(character);
      }
    }
    return plain.toString();
  }

  private static boolean isTricky(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          // A half of a pair has no UTF-8 form: the database could not keep it.
          Character.SURROGATE ->
          true;
      // Those that turn the direction of the text around them.
      default ->
          (character >= 0x202a && character <= 0x202e)
              || (character >= 0x2066 && character <= 0x2069);
    };
  }
}
