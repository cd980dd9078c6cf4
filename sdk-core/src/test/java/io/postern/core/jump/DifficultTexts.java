package io.postern.core.jump;

import io.postern.PageRequest;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Texts that search engines have stumbled over. */
final class DifficultTexts {
  static final PageRequest ALL = PageRequest.first().ofSize(1_000);

  private static final List<String> PIECES =
      List.of(
          "%",
          "_",
          "\\",
          "\\%",
          "'",
          "''",
          "\"",
          "\"\"",
          "*",
          "^",
          "-",
          "+",
          ":",
          "(",
          ")",
          "{",
          "}",
          "~",
          "AND",
          "OR",
          "NOT",
          "NEAR",
          "NEAR(",
          "search_text:",
          "rowid",
          ";--",
          "$1",
          "?",
          "😀",
          "👩‍💻",
          "é",
          "e\u0301",
          "ß",
          "İ",
          "ı",
          "Σ",
          "ς",
          "ﬁ",
          "ﷺ",
          "x",
          "db",
          "Orders",
          "pro",
          "PROD",
          "10.0.",
          "a",
          "B",
          "7",
          "\u00a0",
          "\u0001",
          "\u200b",
          "漢字",
          "אב",
          "\uffff",
          ".*",
          "(a+)+$",
          "[a-z]",
          "\t",
          "  ",
          " ",
          " ",
          " ");

  private DifficultTexts() {}

  static String text(Random random, int longest) {
    StringBuilder text = new StringBuilder("n");
    int pieces = random.nextInt(12) + 1;
    for (int i = 0; i < pieces; i++) {
      String piece = PIECES.get(random.nextInt(PIECES.size()));
      if (text.length() + piece.length() <= longest) {
        text.append(piece);
      }
    }
    return text.toString();
  }

  static String host(Random random) {
    return text(random, 30).replaceAll("[\\s\\p{Cntrl}]", "");
  }

  /** Some of what is there, or made up, in one word or several. */
  static String query(Random random, List<String> texts) {
    StringBuilder query = new StringBuilder();
    int words = random.nextInt(3) + 1;
    for (int i = 0; i < words; i++) {
      query.append(random.nextInt(8) == 0 ? text(random, 20) : piece(random, texts)).append(' ');
    }
    if (random.nextInt(50) == 0) {
      query.append("very-long".repeat(30));
    }
    if (random.nextInt(50) == 0) {
      query.append(random.nextBoolean() ? '\0' : '\ud83d');
    }
    return query.toString();
  }

  private static String piece(Random random, List<String> texts) {
    String text = texts.get(random.nextInt(texts.size()));
    int points = text.codePointCount(0, text.length());
    if (points == 0) {
      return "";
    }
    int from = random.nextInt(points);
    int until = Math.min(points, from + 1 + random.nextInt(8));
    String part =
        text.substring(text.offsetByCodePoints(0, from), text.offsetByCodePoints(0, until));
    return random.nextBoolean() ? part : part.toUpperCase(Locale.ROOT);
  }
}
