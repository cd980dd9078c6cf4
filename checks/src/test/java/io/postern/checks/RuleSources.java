package io.postern.checks;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code @Rule} annotations from the sources of tests, so that no module's tests are loaded.
 */
final class RuleSources {
  /** A test, or a class of tests, that names a rule. */
  record Mention(String rule, String test) {}

  private static final Pattern COMMENT =
      Pattern.compile("^\\s*(?:/\\*.*?\\*/|//[^\\n]*)", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern RULE =
      Pattern.compile("@Rule\\(\\s*(?:value\\s*=\\s*)?(\\{[^}]*}|\"[^\"]*\")\\s*\\)");
  private static final Pattern ID = Pattern.compile("\"([^\"]+)\"");

  /** Possessive: one step a sign would be one stack frame a sign in a long annotation. */
  private static final Pattern ANNOTATION =
      Pattern.compile(
          "\\G\\s*@[\\w.]+(?:\\((?:[^()\"]++|\"(?:[^\"\\\\]++|\\\\.)*+\"|\\([^()]*+\\))*+\\))?");

  private static final Pattern DECLARATION =
      Pattern.compile(
          "\\b(?:(class|interface|record|enum)\\s+)?(\\w+)\\s*[({<]|\\b(class|interface)\\s+(\\w+)");

  private RuleSources() {}

  /**
   * @param file the file's name without {@code .java}, by which a test is called in the document
   */
  static List<Mention> mentions(String file, String source) {
    String text = COMMENT.matcher(source).replaceAll("");
    List<Mention> found = new ArrayList<>();
    Matcher rule = RULE.matcher(text);
    while (rule.find()) {
      String test = declaredAt(file, text, rule.end());
      Matcher id = ID.matcher(rule.group(1));
      while (id.find()) {
        found.add(new Mention(id.group(1), test));
      }
    }
    return found;
  }

  private static String declaredAt(String file, String text, int from) {
    int at = from;
    Matcher annotation = ANNOTATION.matcher(text).region(from, text.length());
    while (annotation.find()) {
      at = annotation.end();
    }
    Matcher declaration = DECLARATION.matcher(text).region(at, text.length());
    if (!declaration.find()) {
      throw new IllegalStateException(file + ": nothing is declared after @Rule");
    }
    if (declaration.group(3) != null || declaration.group(1) != null) {
      String type = declaration.group(4) != null ? declaration.group(4) : declaration.group(2);
      return type.equals(file) ? file : file + "." + type;
    }
    return file + "." + declaration.group(2);
  }
}
