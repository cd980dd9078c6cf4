package io.postern.checks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Java in the documents is Java that a test has compiled and run: of the tests of this module, or
 * of an example, which tests of its own run.
 */
class DocumentSamplesTest {
  private static final Path TESTS = PosternModules.ROOT.resolve("checks/src/test/java");

  private static final Map<String, String> SOURCES =
      Map.of(
          "a/ATest.java",
          """
          class ATest {
            void test() {
              // region greet
              if (true) {
                greet();
              }
              // endregion
            }
          }
          """,
          "a/pom.xml",
          """
          <project>
            <!-- region name -->
            <name>a</name>
            <!-- endregion -->
          </project>
          """);

  private final DocumentSamples samples =
      new DocumentSamples(path -> Optional.ofNullable(SOURCES.get(path)));

  @Test
  void documents_showOnlyWhatTestsRan() {
    DocumentSamples ofTests =
        new DocumentSamples(
            path ->
                Optional.of(
                        (path.startsWith("examples/") ? PosternModules.ROOT : TESTS).resolve(path))
                    .filter(Files::isRegularFile)
                    .map(PosternModules::read));
    List<String> faults =
        Documents.all().stream()
            .flatMap(
                file ->
                    ofTests
                        .faults(
                            PosternModules.ROOT.relativize(file).toString(),
                            PosternModules.read(file))
                        .stream())
            .toList();
    assertThat(faults).isEmpty();
  }

  @Test
  void sample_thatIsTheRegion_isWell() {
    assertThat(faults("<!-- sample: a/ATest.java#greet -->", "if (true) {\n  greet();\n}"))
        .isEmpty();
  }

  @Test
  void sample_thatDiffers_isNamedWithTheRegion() {
    assertThat(faults("<!-- sample: a/ATest.java#greet -->", "greet();"))
        .singleElement()
        .asString()
        .startsWith("page.md line 3: differs from region greet of a/ATest.java")
        .contains("if (true) {");
  }

  @Test
  void sample_withoutComment_isNamed() {
    assertThat(faults("Some text.", "greet();"))
        .singleElement()
        .asString()
        .contains("taken from no test");
  }

  @Test
  void sample_ofUnknownTestOrRegion_isNamed() {
    assertThat(faults("<!-- sample: a/BTest.java#greet -->", "greet();"))
        .containsExactly("page.md line 3: there is no test a/BTest.java");
    assertThat(faults("<!-- sample: a/ATest.java#leave -->", "greet();"))
        .containsExactly("page.md line 3: a/ATest.java has no region leave");
  }

  @Test
  void blocks_ofOtherLanguages_areNotLookedAt() {
    assertThat(samples.faults("page.md", "```sh\ngreet\n```\n~~~\n```java\n~~~\n")).isEmpty();
  }

  @Test
  void block_ofAnotherLanguage_isComparedWhereItNamesItsRegion() {
    String comment = "<!-- sample: a/pom.xml#name -->\n";
    assertThat(samples.faults("page.md", comment + "```xml\n<name>a</name>\n```\n")).isEmpty();
    assertThat(samples.faults("page.md", comment + "```xml\n<name>b</name>\n```\n"))
        .singleElement()
        .asString()
        .contains("differs from region name of a/pom.xml");
  }

  private List<String> faults(String before, String java) {
    return samples.faults("page.md", before + "\n\n```java\n" + java + "\n```\n");
  }
}
