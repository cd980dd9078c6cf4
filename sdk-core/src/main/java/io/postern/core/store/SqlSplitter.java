package io.postern.core.store;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Splits a script into statements at those semicolons that end one. */
final class SqlSplitter {
  /**
   * What must be taken as a whole: comments, quoted things, words, semicolons. Anything else is a
   * single character.
   */
  private static final Pattern TOKEN =
      Pattern.compile(
          "(?<comment>--[^\\n]*|/\\*.*?\\*/)"
              + "|'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\""
              + "|(?<tag>\\$\\w*\\$).*?\\k<tag>"
              + "|(?<word>[A-Za-z_]\\w*)"
              + "|(?<end>;)"
              + "|.",
          Pattern.DOTALL);

  private static final Pattern TRIGGER =
      Pattern.compile("^\\s*create\\s+(temp\\s+|temporary\\s+)?trigger\\b.*", insensitive());

  private final List<String> statements = new ArrayList<>();
  private final StringBuilder statement = new StringBuilder();
  private int blocks;

  private SqlSplitter() {}

  static List<String> split(String script) {
    SqlSplitter splitter = new SqlSplitter();
    Matcher token = TOKEN.matcher(script);
    while (token.find()) {
      splitter.add(token);
    }
    splitter.finish();
    return splitter.statements;
  }

  private void add(Matcher token) {
    if (token.group("comment") != null) {
      statement.append(' ');
      return;
    }
    if (token.group("end") != null && blocks == 0) {
      finish();
      return;
    }
    String word = token.group("word");
    if (word != null) {
      count(word);
    }
    statement.append(token.group());
  }

  /** Only a trigger holds other statements; its {@code case ... end} must not end it. */
  private void count(String word) {
    boolean opens = word.equalsIgnoreCase("begin") || word.equalsIgnoreCase("case");
    boolean closes = word.equalsIgnoreCase("end");
    if ((opens || closes) && TRIGGER.matcher(statement).matches()) {
      blocks += opens ? 1 : -1;
    }
  }

  private void finish() {
    String done = statement.toString().strip();
    if (!done.isEmpty()) {
      statements.add(done);
    }
    statement.setLength(0);
    blocks = 0;
  }

  private static int insensitive() {
    return Pattern.CASE_INSENSITIVE | Pattern.DOTALL;
  }
}
