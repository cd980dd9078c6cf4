package io.postern.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A link in a document that leads to a file of this repository leads to one that is there. */
class DocumentLinksTest {
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern CODE =
      Pattern.compile("(?ms)^\\s*(```+|~~~+).*?^\\s*\\1\\s*$|`[^`\n]*`");

  /** Pages that are being written; each goes from here once it is there. */
  private static final Set<String> COMING = Set.of();

  @TempDir Path folder;

  @Test
  void links_leadToFiles() {
    List<Path> documents = Documents.all();
    assertThat(documents)
        .extracting(document -> PosternModules.ROOT.relativize(document).toString())
        .contains("README.md", "docs/guide.md", "providers/connector-ssh/README.md");
    List<String> faults = new ArrayList<>();
    for (Path document : documents) {
      for (String link : dead(document, PosternModules.read(document))) {
        Path target = document.resolveSibling(link.replaceFirst("#.*", "")).normalize();
        if (!COMING.contains(PosternModules.ROOT.relativize(target).toString())) {
          faults.add(PosternModules.ROOT.relativize(document) + " leads to nothing: " + link);
        }
      }
    }
    assertThat(faults).isEmpty();
  }

  @Test
  void link_toNothing_isNamed() throws Exception {
    Path page = folder.resolve("page.md");
    Files.writeString(folder.resolve("there.md"), "");
    assertThat(
            dead(
                page,
                """
                [a](there.md), [b](there.md#part), [c](https://example.org/x), [d](#here),
                [e](gone.md), `[f](code.md)`, [g](sub/gone.md#part)
                ```
                [h](shown.md)
                ```
                """))
        .containsExactly("gone.md", "sub/gone.md#part");
  }

  private static List<String> dead(Path document, String text) {
    List<String> dead = new ArrayList<>();
    Matcher link = LINK.matcher(CODE.matcher(text).replaceAll(""));
    while (link.find()) {
      String target = link.group(1).replaceFirst("#.*", "");
      boolean elsewhere = target.isEmpty() || target.matches("[a-z]+:.*");
      if (!elsewhere && !Files.exists(document.resolveSibling(target))) {
        dead.add(link.group(1));
      }
    }
    return dead;
  }
}
