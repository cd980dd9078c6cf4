package io.postern.testing;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Skips or fails the tests that {@link RequiresProgram} marks. */
final class RequiredProgram implements ExecutionCondition, BeforeAllCallback, BeforeEachCallback {

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return missing(context)
        // With postern.require the test must run into its failure, so it is not disabled here.
        .filter(reason -> !Boolean.getBoolean("postern.require"))
        .map(ConditionEvaluationResult::disabled)
        .orElseGet(() -> ConditionEvaluationResult.enabled("nothing is missing"));
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    failIfMissing(context);
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    failIfMissing(context);
  }

  /** Where the program is, if it is anywhere. */
  static Optional<Path> find(String program) {
    return Stream.concat(
            Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)),
            // Not on an ordinary person's PATH, though the servers are there.
            Stream.of("/usr/local/sbin", "/usr/sbin", "/sbin"))
        .filter(directory -> !directory.isBlank())
        .map(directory -> Path.of(directory, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static void failIfMissing(ExtensionContext context) {
    missing(context)
        .ifPresent(
            reason -> {
              throw new IllegalStateException(
                  reason + "; it is an error because of -Dpostern.require=true");
            });
  }

  private static Optional<String> missing(ExtensionContext context) {
    return context
        .getElement()
        .flatMap(element -> AnnotationSupport.findAnnotation(element, RequiresProgram.class))
        .filter(required -> find(required.value()).isEmpty())
        .map(
            required ->
                "program '%s' is not on this machine; on Debian: apt-get install %s"
                    .formatted(required.value(), required.debianPackage()));
  }
}
