package io.postern.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Options given as {@code --name value}. */
record Options(Map<String, String> given) {
  Options {
    given = Map.copyOf(given);
  }

  static Options of(String... arguments) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < arguments.length; i += 2) {
      if (!arguments[i].startsWith("--") || i + 1 == arguments.length) {
        throw new IllegalArgumentException(
            "options are '--name value', was: " + String.join(" ", arguments));
      }
      given.put(arguments[i].substring(2), arguments[i + 1]);
    }
    return new Options(given);
  }

  Optional<String> text(String name) {
    return Optional.ofNullable(given.get(name));
  }

  int number(String name, int otherwise) {
    return text(name).map(Integer::parseInt).orElse(otherwise);
  }

  List<Integer> numbers(String name, String otherwise) {
    return Arrays.stream(text(name).orElse(otherwise).split(",", -1))
        .map(Integer::parseInt)
        .toList();
  }

  /** A fresh directory on the disk that is to be measured. */
  Path directory() throws IOException {
    Path parent = Path.of(text("directory").orElse("target/benchmarks")).toAbsolutePath();
    Files.createDirectories(parent);
    return Files.createTempDirectory(parent, "run");
  }
}
