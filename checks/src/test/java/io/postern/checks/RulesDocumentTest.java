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

/** docs/rules.md lists every rule with what is missing of it and the tests that prove the rest. */
class RulesDocumentTest {
  /** Begins the line after a rule of which a part is not built yet. */
  private static final String NOT_YET = "  not yet: ";

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
            .map(RulesDocumentTest::id)
            .collect(toCollection(TreeSet::new));
    assertThat(ids).isNotEmpty();
    assertThat(mentions()).allSatisfy(mention -> assertThat(ids).contains(mention.rule()));
  }

  @Test
  void ruleIds_areUnique() {
    assertThat(PosternModules.read(RULES).lines().filter(RulesDocumentTest::isRule))
        .extracting(RulesDocumentTest::id)
        .doesNotHaveDuplicates();
  }

  /** Of a rule that no test names all is missing, which the document says anyway. */
  @Test
  void whatIsNotYet_isSaidOfRulesThatTestsName() {
    Set<String> named = mentions().stream().map(Mention::rule).collect(toCollection(TreeSet::new));
    assertThat(notYet(PosternModules.read(RULES).lines().toList()).keySet())
        .isNotEmpty()
        .allSatisfy(id -> assertThat(named).contains(id));
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
                List.of(
                    "# a comment",
                    "== AREA · an area",
                    "A-1 Does this.",
                    "A-2 Does | that.",
                    "A-3 Does one and another.",
                    "  not yet: another | one"),
                List.of(
                    new Mention("A-1", "BTest.works"),
                    new Mention("A-1", "ATest.works"),
                    new Mention("A-3", "ATest.worksToo"))))
        .contains("Of 3 rules, tests prove 1 in full and 1 in part")
        .contains("## AREA · an area")
        .contains("| A-1 | Does this. | `ATest.works`<br>`BTest.works` |")
        .contains("| A-2 | Does \\| that. | none yet |")
        .contains(
            "| A-3 | Does one and another.<br>**In part.** Not yet: another \\| one |"
                + " `ATest.worksToo` |");
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
    return !line.startsWith("#")
        && !line.startsWith("== ")
        && !line.startsWith(NOT_YET)
        && !line.isBlank();
  }

  private static String id(String rule) {
    return rule.substring(0, rule.indexOf(' '));
  }

  /** What is missing, by the rule of which it is a part: that of the line before. */
  private static Map<String, String> notYet(List<String> lines) {
    Map<String, String> missing = new TreeMap<>();
    for (int at = 1; at < lines.size(); at++) {
      if (lines.get(at).startsWith(NOT_YET)) {
        assertThat(isRule(lines.get(at - 1))).as("a rule before: " + lines.get(at)).isTrue();
        missing.put(id(lines.get(at - 1)), lines.get(at).substring(NOT_YET.length()));
      }
    }
    return missing;
  }

  private static String document(List<String> lines, List<Mention> mentions) {
    Map<String, TreeSet<String>> tests =
        mentions.stream()
            .collect(
                groupingBy(
                    Mention::rule,
                    TreeMap::new,
                    mapping(Mention::test, toCollection(TreeSet::new))));
    Map<String, String> notYet = notYet(lines);
    StringBuilder text =
        new StringBuilder(
            """
            # Rules

            What Postern must do, one rule a line, and the tests that prove it. An id is for ever. This page is
            generated from `checks/src/test/resources/rules.txt` and from the `@Rule` annotations of the tests.

            Of %d rules, tests prove %d in full and %d in part; what is missing of those stands with them.
            """
                .formatted(
                    lines.stream().filter(RulesDocumentTest::isRule).count(),
                    tests.size() - notYet.size(),
                    notYet.size()));
    for (String line : lines) {
      if (line.startsWith("== ")) {
        text.append("\n## ")
            .append(line.substring(3))
            .append("\n\n| rule | demands | tests |\n| --- | --- | --- |\n");
      } else if (isRule(line)) {
        String id = id(line);
        String demands = line.substring(id.length() + 1);
        if (notYet.containsKey(id)) {
          demands += "<br>**In part.** Not yet: " + notYet.get(id);
        }
        String named =
            tests.getOrDefault(id, new TreeSet<>()).stream()
                .map(test -> "`" + test + "`")
                .collect(joining("<br>"));
        text.append(
            "| %s | %s | %s |\n"
                .formatted(
                    id, GeneratedDocument.cell(demands), named.isEmpty() ? "none yet" : named));
      }
    }
    return text.toString();
  }
}
