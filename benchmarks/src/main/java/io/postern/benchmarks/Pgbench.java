package io.postern.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** PostgreSQL's own load generator, with prepared statements. */
final class Pgbench {
  private static final Pattern RATE = Pattern.compile("(?m)^tps = ([0-9.]+)");
  private static final Pattern FAILED =
      Pattern.compile("(?m)^number of failed transactions: ([1-9][0-9]*)");

  private final Path program;
  private final PostgresServer server;
  private final Path directory;

  private Pgbench(Path program, PostgresServer server, Path directory) {
    this.program = program;
    this.server = server;
    this.directory = directory;
  }

  /**
   * The one that was named, or the newest of Debian's real ones, or the one on the path: Debian's
   * {@code /usr/bin/pgbench} is a wrapper that wants a cluster.
   */
  static Optional<Pgbench> find(Options options, PostgresServer server, Path directory)
      throws IOException {
    List<Path> candidates = new ArrayList<>();
    options.text("pgbench").map(Path::of).ifPresent(candidates::add);
    Path debian = Path.of("/usr/lib/postgresql");
    if (Files.isDirectory(debian)) {
      try (Stream<Path> versions = Files.list(debian)) {
        versions
            .sorted(Comparator.reverseOrder())
            .forEach(version -> candidates.add(version.resolve("bin/pgbench")));
      }
    }
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
      candidates.add(Path.of(folder, "pgbench"));
    }
    return candidates.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .map(program -> new Pgbench(program, server, directory));
  }

  Path program() {
    return program;
  }

  /** Runs a script for some seconds. */
  Sample run(
      String database, String script, Map<String, String> variables, int clients, int seconds)
      throws IOException, InterruptedException {
    Path run = Files.createTempDirectory(directory, "pgbench");
    Path file = Files.writeString(run.resolve("script.sql"), script);
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(List.of("-n", "-M", "prepared", "-h", "localhost", "-U", "postgres"));
    command.addAll(List.of("-p", Integer.toString(server.port())));
    command.addAll(List.of("-c", Integer.toString(clients)));
    command.addAll(List.of("-j", Integer.toString(Math.min(clients, 2))));
    command.addAll(List.of("-T", Integer.toString(seconds)));
    command.addAll(List.of("-l", "--log-prefix=" + run.resolve("log")));
    command.addAll(List.of("-f", file.toString()));
    variables.forEach((name, value) -> command.addAll(List.of("-D", name + "=" + value)));
    command.add(database);
    double before = server.cpuSeconds();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = process.waitFor();
    double cpu = server.cpuSeconds() - before;
    Matcher rate = RATE.matcher(said);
    if (exit != 0 || !rate.find() || FAILED.matcher(said).find()) {
      throw new IllegalStateException("pgbench failed with " + exit + ": " + said);
    }
    long[] micros = latencies(run);
    return new Sample(
        Double.parseDouble(rate.group(1)), micros, Double.NaN, cpu * 1e6 / micros.length);
  }

  private static long[] latencies(Path run) throws IOException {
    try (Stream<Path> logs = Files.list(run)) {
      return logs.filter(log -> log.getFileName().toString().startsWith("log"))
          .flatMap(Pgbench::lines)
          .mapToLong(line -> Long.parseLong(line.split(" ", -1)[2]))
          .sorted()
          .toArray();
    }
  }

  private static Stream<String> lines(Path log) {
    try {
      return Files.readAllLines(log).stream();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
