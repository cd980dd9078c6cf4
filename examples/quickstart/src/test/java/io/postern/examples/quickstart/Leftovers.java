package io.postern.examples.quickstart;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What a story leaves: what it printed, and files. */
final class Leftovers {
  private Leftovers() {}

  /** None of the secrets stands in it. */
  static void areWithout(Path folder, String printed, List<String> secrets) throws IOException {
    assertThat(secrets).isNotEmpty().noneMatch(String::isBlank);
    assertThat(printed).doesNotContain(secrets);
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile).toList())
          .hasSizeGreaterThan(10)
          .allSatisfy(
              file ->
                  assertThat(new String(Files.readAllBytes(file), ISO_8859_1))
                      .as(file.toString())
                      .doesNotContain(secrets));
    }
  }
}
