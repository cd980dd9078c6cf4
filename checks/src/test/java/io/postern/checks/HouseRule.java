package io.postern.checks;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import java.util.List;
import java.util.function.Function;

/**
 * One rule about all published classes.
 *
 * @param name what fixtures name it by, see {@link fixtures.Breaks}
 * @param violations one line for each place that breaks it
 */
record HouseRule(String name, Function<JavaClasses, List<String>> violations) {
  static HouseRule of(String name, ArchRule rule) {
    return new HouseRule(
        name,
        classes -> rule.allowEmptyShould(true).evaluate(classes).getFailureReport().getDetails());
  }

  @Override
  public String toString() {
    return name;
  }
}
