package io.postern.checks;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Compares the Java in a document with the test that it was taken from.
 *
 * <p>A block of Java follows a comment that names its region: {@code <!-- sample:
 * io/postern/checks/samples/FirstSessionTest.java#start -->}. In the test the region stands between
 * {@code // region start} and {@code // endregion}; its indentation is not part of it. A block of
 * another language may follow such a comment; in XML the marks of a region are comments of XML.
 */
final class DocumentSamples {
  private static final Pattern COMMENT = Pattern.compile("<!--\\s*sample:\\s*(\\S+)#(\\S+)\\s*-->");
  private static final Pattern FENCE = Pattern.compile("\\s*(```+|~~~+)\\s*([\\w-]*).*");

  /** Gives the source of a test by its path, if there is such a test. */
  private final Function<String, Optional<String>> tests;

  DocumentSamples(Function<String, Optional<String>> tests) {
    this.tests = tests;
  }

  /** What is wrong with the samples of one document; nothing if all is well. */
  List<String> faults(String document, String text) {
    List<String> faults = new ArrayList<>();
    List<String> lines = text.lines().toList();
    String before = "";
    for (int at = 0; at < lines.size(); at++) {
      Matcher fence = FENCE.matcher(lines.get(at));
      if (!fence.matches()) {
        before = lines.get(at).isBlank() ? before : lines.get(at);
        continue;
      }
      int start = at + 1;
      at = start;
      while (at < lines.size() && !lines.get(at).strip().equals(fence.group(1))) {
        at++;
      }
      if (fence.group(2).equals("java") || COMMENT.matcher(before.strip()).matches()) {
        String where = document + " line " + start;
        fault(before, String.join("\n", lines.subList(start, at)))
            .ifPresent(fault -> faults.add(where + ": " + fault));
      }
      before = "";
    }
    return faults;
  }

  private Optional<String> fault(String before, String block) {
    Matcher comment = COMMENT.matcher(before.strip());
    if (!comment.matches()) {
      return Optional.of(
          "this Java was taken from no test; put <!-- sample: path/to/SomeTest.java#region --> before it");
    }
    Optional<String> source = tests.apply(comment.group(1));
    if (source.isEmpty()) {
      return Optional.of("there is no test " + comment.group(1));
    }
    Optional<String> region = region(source.get(), comment.group(2));
    if (region.isEmpty()) {
      return Optional.of(comment.group(1) + " has no region " + comment.group(2));
    }
    return region.get().equals(block.stripIndent().strip())
        ? Optional.empty()
        : Optional.of(
            "differs from region %s of %s, which is:%n%s"
                .formatted(comment.group(2), comment.group(1), region.get()));
  }

  private static Optional<String> region(String source, String name) {
    List<String> lines = source.lines().toList();
    for (int start = 0; start < lines.size(); start++) {
      if (isMark(lines.get(start), "region " + name)) {
        for (int end = start + 1; end < lines.size(); end++) {
          if (isMark(lines.get(end), "endregion")) {
            // A line without indentation would keep stripIndent from working: the last one, if
            // empty.
            String region = String.join("\n", lines.subList(start + 1, end));
            return Optional.of(region.stripTrailing().stripIndent().strip());
          }
        }
      }
    }
    return Optional.empty();
  }

  private static boolean isMark(String line, String mark) {
    String text = line.strip();
    return text.equals("// " + mark) || text.equals("<!-- " + mark + " -->");
  }
}
