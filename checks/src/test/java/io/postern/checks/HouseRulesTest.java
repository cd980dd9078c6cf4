package io.postern.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import fixtures.Breaks;
import fixtures.Keeps;
import io.postern.checks.PosternModules.PosternModule;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HouseRulesTest {

  /** The rules hold in what is published. */
  @Nested
  @TestInstance(Lifecycle.PER_CLASS)
  class InEveryModule {
    private final JavaClasses classes = PosternModules.importAll();

    static List<HouseRule> rules() {
      return new HouseRules("io.postern", 20).all();
    }

    static List<PosternModule> modules() {
      return PosternModules.PUBLISHED;
    }

    @ParameterizedTest
    @MethodSource("rules")
    void rule_onAllClasses_holds(HouseRule rule) {
      assertThat(rule.violations().apply(classes)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("modules")
    void classes_ofEverySource_areLookedAt(PosternModule module) {
      long sources =
          PosternModules.files(module.sources(), ".java").stream()
              .filter(file -> !file.toString().endsWith("-info.java"))
              .count();
      assertThat(
              PosternModules.importPaths(List.of(module.classes())).stream()
                  .filter(JavaClass::isTopLevelClass))
          .as("top-level classes of %s; is it built?", module)
          .hasSizeGreaterThanOrEqualTo((int) sources);
    }

    @ParameterizedTest
    @MethodSource("modules")
    void packages_ofEachModule_beginWithItsName(PosternModule module) {
      assertThat(PosternModules.importPaths(List.of(module.classes())))
          .allSatisfy(type -> assertThat(owner(type.getPackageName())).isEqualTo(module));
    }

    /** The module with the longest name that the package begins with. */
    private static PosternModule owner(String packageName) {
      return PosternModules.PUBLISHED.stream()
          .filter(module -> (packageName + ".").startsWith(module.name() + "."))
          .max(java.util.Comparator.comparing(module -> module.name().length()))
          .orElse(null);
    }
  }

  /**
   * The rules find what they are there to find: each is tried on classes that break it on purpose.
   */
  @Nested
  @TestInstance(Lifecycle.PER_CLASS)
  class OnFixtures {
    private final JavaClasses fixtures = new ClassFileImporter().importPackages("fixtures");

    static List<HouseRule> rules() {
      return new HouseRules("fixtures", 1).all();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void rule_onClassesThatBreakIt_namesEachOfThem(HouseRule rule) {
      List<String> violations = rule.violations().apply(fixtures);
      assertThat(marked(Breaks.class, rule).toList())
          .as("fixtures that break %s", rule)
          .isNotEmpty()
          .allSatisfy(type -> assertThat(violations).anyMatch(line -> names(line, type)));
    }

    @ParameterizedTest
    @MethodSource("rules")
    void rule_onClassesThatKeepIt_namesNone(HouseRule rule) {
      List<String> violations = rule.violations().apply(fixtures);
      assertThat(marked(Keeps.class, rule).toList())
          .allSatisfy(type -> assertThat(violations).noneMatch(line -> names(line, type)));
    }

    private Stream<JavaClass> marked(
        Class<? extends java.lang.annotation.Annotation> mark, HouseRule rule) {
      return fixtures.stream()
          .filter(type -> type.isAnnotatedWith(mark))
          .filter(
              type ->
                  type.getAnnotationOfType(mark.getName())
                      .get("value")
                      .orElseThrow()
                      .equals(rule.name()));
    }

    private static boolean names(String line, JavaClass type) {
      return Pattern.compile(Pattern.quote(type.getName()) + "(?!\\w)").matcher(line).find();
    }
  }
}
