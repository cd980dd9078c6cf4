package io.postern.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.testing.Rule;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Each rule for credential providers stands once in the Javadoc, and a test of the kit breaks it.
 */
@Rule("ECM-12")
class ConformanceRulesTest {
  private static final Path SPI =
      PosternModules.ROOT.resolve("sdk-api/src/main/java/io/postern/spi/credential");
  private static final Path KIT = PosternModules.ROOT.resolve("sdk-tck/src");

  private final List<String> ofTheKit =
      ids(
              "(?m)^  ([A-Z]+_[0-9]+)\\(",
              PosternModules.read(KIT.resolve("main/java/io/postern/tck/SpiRule.java")))
          .stream()
          .map(name -> "CP-" + name.replace('_', '-'))
          .toList();

  @Test
  void everyRuleOfTheKit_standsInTheJavadocOnce() {
    assertThat(ids("<b>(CP-[A-Z]+-[0-9]+)</b> (?:MUST|SHOULD)", sources(SPI)))
        .containsExactlyInAnyOrderElementsOf(ofTheKit);
  }

  @Test
  void everyRuleOfTheKit_isBrokenByOneOfItsTests() {
    assertThat(ids("\"(CP-[A-Z]+-[0-9]+)\"", sources(KIT.resolve("test/java"))))
        .containsAll(ofTheKit);
  }

  @Test
  void levels_areThoseOfTheJavadoc() {
    String kit = PosternModules.read(KIT.resolve("main/java/io/postern/tck/SpiRule.java"));
    assertThat(ids("<b>(CP-[A-Z]+-[0-9]+)</b> SHOULD", sources(SPI)))
        .containsExactlyInAnyOrderElementsOf(
            ids("([A-Z]+_[0-9]+)\\(\\s*SHOULD", kit).stream()
                .map(name -> "CP-" + name.replace('_', '-'))
                .toList());
  }

  private static String sources(Path folder) {
    return PosternModules.files(folder, ".java").stream()
        .map(PosternModules::read)
        .collect(Collectors.joining("\n"));
  }

  private static List<String> ids(String pattern, String text) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    return matcher.results().map(found -> found.group(1)).toList();
  }
}
