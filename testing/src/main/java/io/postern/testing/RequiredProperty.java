package io.postern.testing;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Skips the tests that {@link RequiresProperty} marks. */
final class RequiredProperty implements ExecutionCondition {
  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    List<String> missing =
        context
            .getElement()
            .flatMap(element -> AnnotationSupport.findAnnotation(element, RequiresProperty.class))
            .stream()
            .flatMap(required -> Stream.of(required.value()))
            .filter(name -> System.getProperty(name, "").isBlank())
            .map(name -> "-D" + name + "=...")
            .toList();
    return missing.isEmpty()
        ? ConditionEvaluationResult.enabled("nothing is missing")
        : ConditionEvaluationResult.disabled(
            "nothing names what this needs; give " + String.join(" ", missing));
  }
}
