package io.postern.checks;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.checks.RuleSources.Mention;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/rules.md lists every rule with the tests that prove it. */
class RulesDocumentTest {
  private static final Path RULES =
      PosternModules.ROOT.resolve("checks/src/test/resources/rules.txt");

  @Test
  void document_isWhatRulesAndTestsSay() throws IOException {
    GeneratedDocument.check(
        PosternModules.ROOT.resolve("docs/rules.md"),
        document(PosternModules.read(RULES).lines().toList(), mentions()));
  }

  @Test
  void tests_nameOnlyRulesThatExist() {
    Set<String> ids =
        PosternModules.read(RULES)
            .lines()
            .filter(RulesDocumentTest::isRule)
            .map(line -> line.substring(0, line.indexOf(' ')))
            .collect(toCollection(TreeSet::new));
    assertThat(ids).isNotEmpty();
    assertThat(mentions()).allSatisfy(mention -> assertThat(ids).contains(mention.rule()));
  }

  @Test
  void ruleIds_areUnique() {
    assertThat(PosternModules.read(RULES).lines().filter(RulesDocumentTest::isRule))
        .extracting(line -> line.substring(0, line.indexOf(' ')))
        .doesNotHaveDuplicates();
  }

  @Test
  void mentions_ofMethodsAndClasses_areFound() {
    String mark = "@Rule";
    String source =
        """
        /** Not this one: %1$s("NO-1"). */
        %1$s("CLASS-1")
        final class SomeTest {
          // nor this: %1$s("NO-2")
          %1$s({"ONE-1", "ONE-2"})
          @ParameterizedTest(name = "with (brackets) and \\" quotes")
          @ValueSource(strings = {"a", "b"})
          void plain_works() throws Exception {}

          @Nested
          %1$s("TWO-1")
          class Inside {
            @Test
            %1$s("THREE-1")
            <T> void generic_works(T given) {}
          }
        }
        """
            .formatted(mark);
    assertThat(RuleSources.mentions("SomeTest", source))
        .containsExactly(
            new Mention("CLASS-1", "SomeTest"),
            new Mention("ONE-1", "SomeTest.plain_works"),
            new Mention("ONE-2", "SomeTest.plain_works"),
            new Mention("TWO-1", "SomeTest.Inside"),
            new Mention("THREE-1", "SomeTest.generic_works"));
  }

  @Test
  void document_showsWhatIsNotProven() {
    assertThat(
            document(
                List.of("# a comment", "== AREA · an area", "A-1 Does this.", "A-2 Does | that."),
                List.of(new Mention("A-1", "BTest.works"), new Mention("A-1", "ATest.works"))))
        .contains("1 of 2 rules")
        .contains("## AREA · an area")
        .contains("| A-1 | Does this. | `ATest.works`<br>`BTest.works` |")
        .contains("| A-2 | Does \\| that. | none yet |");
  }

  private static List<Mention> mentions() {
    String own = RulesDocumentTest.class.getSimpleName();
    return PosternModules.files(PosternModules.ROOT, ".java").stream()
        .filter(file -> file.toString().contains("src/test/java"))
        .flatMap(
            file -> {
              String name = file.getFileName().toString().replace(".java", "");
              return name.equals(own)
                  ? Stream.of()
                  : RuleSources.mentions(name, PosternModules.read(file)).stream();
            })
        .toList();
  }

  private static boolean isRule(String line) {
    return !line.startsWith("#") && !line.startsWith("== ") && !line.isBlank();
  }

  private static String document(List<String> lines, List<Mention> mentions) {
    Map<String, TreeSet<String>> tests =
        mentions.stream()
            .collect(
                groupingBy(
                    Mention::rule,
                    TreeMap::new,
                    mapping(Mention::test, toCollection(TreeSet::new))));
    StringBuilder text =
        new StringBuilder(
            """
            # Rules

            What Postern must do, one rule a line, and the tests that prove it. An id is for ever. This page is
            generated from `checks/src/test/resources/rules.txt` and from the `@Rule` annotations of the tests.

            %d of %d rules are named by a test.
            """
                .formatted(tests.size(), lines.stream().filter(RulesDocumentTest::isRule).count()));
    for (String line : lines) {
      if (line.startsWith("== ")) {
        text.append("\n## ")
            .append(line.substring(3))
            .append("\n\n| rule | demands | tests |\n| --- | --- | --- |\n");
      } else if (isRule(line)) {
        int end = line.indexOf(' ');
        String id = line.substring(0, end);
        String named =
            tests.getOrDefault(id, new TreeSet<>()).stream()
                .map(test -> "`" + test + "`")
                .collect(joining("<br>"));
        text.append(
            "| %s | %s | %s |\n"
                .formatted(
                    id,
                    GeneratedDocument.cell(line.substring(end + 1)),
                    named.isEmpty() ? "none yet" : named));
      }
    }
    return text.toString();
  }
}
