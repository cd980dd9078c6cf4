package io.postern.benchmarks;

import static java.util.Objects.requireNonNull;

import io.postern.core.BuildPhases;
import io.postern.core.PosternBuilder;
import io.postern.credential.file.EncryptedCredentialFile;
import io.postern.credential.file.FileKey;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Goal P10: whole processes that start cold, one after the other in turns. */
final class Start {
  /** What one process printed of itself, in milliseconds. */
  private record Run(Map<String, Double> millis) {
    boolean has(String figure) {
      return millis.containsKey(figure);
    }

    double of(String figure) {
      return requireNonNull(millis.get(figure), figure);
    }
  }

  private static final String POSTERN = "io.postern.benchmarks.ColdStart";

  private final Options options;
  private final Map<String, List<Run>> seen = new LinkedHashMap<>();

  Start(Options options) {
    this.options = options;
  }

  void run() throws Exception {
    Path directory = options.directory();
    int bindings = prepare(directory);
    Path bare = Files.createDirectory(directory.resolve("bare-guice"));
    BareGuice.compile(bare, (bindings + 1) / 2);
    Path bareJar = Jars.pack(bare, directory.resolve("bare-guice.jar"));
    String java = options.text("jvm").orElse(System.getProperty("java.home")) + "/bin/java";
    String classPath = Jars.ownClassPath(directory);
    Map<String, List<String>> programs = new LinkedHashMap<>();
    programs.put("bare JVM", List.of("-cp", classPath, POSTERN + "$BareJvm"));
    programs.put(
        "bare Guice", List.of("-cp", bareJar + File.pathSeparator + classPath, "bare.Main"));
    programs.put("Postern", List.of("-cp", classPath, POSTERN, directory.toString(), "build"));
    Map<String, List<String>> cached = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> program : programs.entrySet()) {
      cached.put(program.getKey() + ", cached", withCache(java, directory, program));
    }
    programs.putAll(cached);
    for (int round = 0; round < options.number("rounds", 7); round++) {
      for (Map.Entry<String, List<String>> program : programs.entrySet()) {
        seen.computeIfAbsent(program.getKey(), name -> new ArrayList<>())
            .add(once(java, program.getValue()));
      }
    }
    for (int round = 0; round < options.number("session-rounds", 5); round++) {
      seen.computeIfAbsent("sessions", name -> new ArrayList<>())
          .add(once(java, List.of("-cp", classPath, POSTERN, directory.toString(), "sessions")));
    }
    print(java, bindings);
  }

  private List<Run> of(String program) {
    return requireNonNull(seen.get(program), program);
  }

  private void print(String java, int bindings) {
    System.out.printf(
        "%nstart, %s, %d bindings; medians (lowest) in ms%n",
        java.replace("/bin/java", ""), bindings);
    System.out.println(
        "| | process | CPU | build() | plug-ins | store | graph | rest | graph : bare Guice's |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    seen.forEach(
        (name, all) -> {
          if (!name.equals("sessions")) {
            String peer = name.endsWith(", cached") ? "bare Guice, cached" : "bare Guice";
            System.out.printf(
                "| %s | %s | %s | %s | %s | %s | %s | %s | %s |%n",
                name,
                shown(all, "process"),
                shown(all, "cpu"),
                shown(all, "build"),
                shown(all, "plug-ins"),
                shown(all, "store"),
                shown(all, "graph"),
                shown(all, "rest"),
                name.startsWith("Postern") ? ratio(all, of(peer)) : "");
          }
        });
    System.out.println();
    for (String name : List.of("Postern", "Postern, cached")) {
      System.out.printf(
          "%s: build() without the store %.0f ms (median)%n",
          name,
          Sample.median(
              of(name).stream().map(each -> each.of("build") - each.of("store")).toList()));
    }
    List<Run> sessions = of("sessions");
    System.out.printf(
        "first session %s ms, second %s ms, warm %s ms; first : warm %.1f%n",
        shown(sessions, "first"),
        shown(sessions, "second"),
        shown(sessions, "warm"),
        Sample.median(sessions.stream().map(each -> each.of("first") / each.of("warm")).toList()));
  }

  private static String shown(List<Run> all, String figure) {
    List<Double> values =
        all.stream().filter(each -> each.has(figure)).map(each -> each.of(figure)).toList();
    return values.isEmpty()
        ? ""
        : "%.1f (%.1f)"
            .formatted(
                Sample.median(values),
                values.stream().mapToDouble(Double::doubleValue).min().orElseThrow());
  }

  private static String ratio(List<Run> ours, List<Run> peers) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++) {
      ratios.add(ours.get(i).of("graph") / peers.get(i).of("graph"));
    }
    return "%.2f".formatted(Sample.median(ratios));
  }

  /** Trains AppCDS, or from JDK 25 on the AOT cache, with one run of the program. */
  private static List<String> withCache(
      String java, Path directory, Map.Entry<String, List<String>> program) throws Exception {
    Path cache = directory.resolve(program.getKey().replace(' ', '-') + ".cache");
    boolean aot = version(java) >= 25;
    List<String> training = new ArrayList<>();
    training.add((aot ? "-XX:AOTCacheOutput=" : "-XX:ArchiveClassesAtExit=") + cache);
    training.addAll(program.getValue());
    once(java, training);
    List<String> cached = new ArrayList<>();
    cached.add((aot ? "-XX:AOTCache=" : "-XX:SharedArchiveFile=") + cache);
    cached.addAll(program.getValue());
    return cached;
  }

  private static int version(String java) throws IOException {
    Path release = requireNonNull(Path.of(java).getParent()).resolveSibling("release");
    return Files.readAllLines(release).stream()
        .filter(line -> line.startsWith("JAVA_VERSION="))
        .map(line -> line.replaceAll("[^0-9.]", "").split("\\.", -1)[0])
        .mapToInt(Integer::parseInt)
        .findFirst()
        .orElseThrow();
  }

  private static Run once(String java, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(java, "-Xmx512m", "-Xshare:auto"));
    if (arguments.get(0).startsWith("-XX:AOT")) {
      // With it, this JVM would end at once.
      command.remove("-Xshare:auto");
    }
    command.addAll(arguments);
    long begin = System.nanoTime();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int exit = process.waitFor();
    double took = ColdStart.millis(System.nanoTime() - begin);
    if (exit != 0) {
      throw new IllegalStateException(command + " failed: " + said);
    }
    Map<String, Double> figures =
        new HashMap<>(
            said.lines()
                .filter(line -> line.matches("[a-z-]+=[0-9.E-]+"))
                .map(line -> line.split("=", -1))
                .collect(Collectors.toMap(part -> part[0], part -> Double.parseDouble(part[1]))));
    figures.put("process", took);
    return new Run(figures);
  }

  /** Makes store and credential file, and counts the bindings of the rooms. */
  private static int prepare(Path directory) throws IOException {
    new Site()
        .begin(PosternBuilder.create().people(new Site()).directory(directory).connector("ssh"));
    Path keyFile = directory.resolve("credentials.key");
    Files.write(keyFile, new byte[32]);
    Files.setPosixFilePermissions(
        keyFile, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
    EncryptedCredentialFile.create(
            directory.resolve("credentials.postern"), FileKey.keyFile(keyFile))
        .close();
    try (BuildPhases postern = ColdStart.open(directory, true)) {
      return postern.bindings();
    }
  }
}
