package io.postern.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A document that says what the code says: compared with it, or written when that is asked for. */
final class GeneratedDocument {
  private static final String HOW =
      "./mvnw -q test -pl checks -am -Dtest='*DocumentTest' -Dsurefire.failIfNoSpecifiedTests=false"
          + " -Dpostern.write=true";

  private GeneratedDocument() {}

  static void check(Path document, String wanted) throws IOException {
    if (Boolean.getBoolean("postern.write")) {
      Files.createDirectories(document.getParent());
      Files.writeString(document, wanted);
      return;
    }
    List<String> present =
        Files.exists(document) ? Files.readString(document).lines().toList() : List.of();
    // Line by line, so that the failure shows the first lines that differ and not two whole pages.
    List<String> lines = wanted.lines().toList();
    List<String> newLines =
        lines.stream().filter(line -> !present.contains(line)).limit(3).toList();
    assertThat(present.equals(lines))
        .as(
            "%s is behind the code; new are for example %s.%nWrite it anew and commit it: %s",
            PosternModules.ROOT.relativize(document), newLines, HOW)
        .isTrue();
  }

  static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
