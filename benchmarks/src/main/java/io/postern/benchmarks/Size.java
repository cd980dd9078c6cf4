package io.postern.benchmarks;

import static java.util.Objects.requireNonNull;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * What an embedder inherits, from the class path that Maven resolved: an artifact, and what the
 * POMs beside the jars say that it needs at run time. An artifact that is not on the class path was
 * excluded.
 */
final class Size {
  /** A jar of the class path and what its POM asks for. */
  private record Jar(Path file, Path pom) {}

  void run() throws Exception {
    Map<String, Jar> jars = new LinkedHashMap<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      jar(Path.of(entry)).ifPresent(jar -> jars.put(artifact(jar.file()), jar));
    }
    Set<String> inherited = new LinkedHashSet<>();
    System.out.printf("%n| with | jars | MB | added |%n|---|---|---|---|%n");
    for (String each :
        List.of(
            "postern-sdk-core",
            "postern-credential-encrypted-file",
            "postern-connector-ssh",
            "sqlite-jdbc",
            "postgresql")) {
      Set<String> before = new LinkedHashSet<>(inherited);
      collect(each, jars, inherited);
      List<String> added = inherited.stream().filter(name -> !before.contains(name)).toList();
      System.out.printf(
          "| %s%s | %d | %.1f | %s |%n",
          before.isEmpty() ? "" : "+ ",
          each,
          inherited.size(),
          megabytes(inherited, jars),
          described(added, jars));
    }
  }

  private static void collect(String name, Map<String, Jar> jars, Set<String> into)
      throws Exception {
    if (!jars.containsKey(name) || !into.add(name)) {
      return;
    }
    for (String needed : needs(requireNonNull(jars.get(name)).pom())) {
      collect(needed, jars, into);
    }
  }

  private static List<String> needs(Path pom) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    Element project = factory.newDocumentBuilder().parse(pom.toFile()).getDocumentElement();
    List<String> needed = new ArrayList<>();
    for (Element dependencies : children(project, "dependencies")) {
      for (Element dependency : children(dependencies, "dependency")) {
        String scope = text(dependency, "scope");
        boolean atRunTime = scope.isEmpty() || scope.equals("compile") || scope.equals("runtime");
        if (atRunTime && !text(dependency, "optional").equals("true")) {
          needed.add(text(dependency, "artifactId"));
        }
      }
    }
    return needed;
  }

  private static List<Element> children(Element parent, String name) {
    List<Element> found = new ArrayList<>();
    NodeList nodes = parent.getChildNodes();
    for (int i = 0; i < nodes.getLength(); i++) {
      Node node = nodes.item(i);
      if (node instanceof Element element && element.getTagName().equals(name)) {
        found.add(element);
      }
    }
    return found;
  }

  private static String text(Element parent, String name) {
    return children(parent, name).stream()
        .map(each -> each.getTextContent().strip())
        .findFirst()
        .orElse("");
  }

  private static java.util.Optional<Jar> jar(Path entry) throws IOException {
    String name = entry.getFileName().toString();
    if (!name.endsWith(".jar")) {
      return java.util.Optional.empty();
    }
    Path beside = entry.resolveSibling(name.replaceAll("\\.jar$", ".pom"));
    if (Files.exists(beside)) {
      return java.util.Optional.of(new Jar(entry, beside));
    }
    // A module of this build: its jar lies in target, below its POM.
    Path module = requireNonNull(entry.getParent()).resolveSibling("pom.xml");
    return Files.exists(module)
        ? java.util.Optional.of(new Jar(entry, module))
        : java.util.Optional.empty();
  }

  private static String artifact(Path jar) {
    return jar.getFileName().toString().replaceAll("-[0-9].*$", "");
  }

  private static double megabytes(Set<String> names, Map<String, Jar> jars) {
    return names.stream().mapToLong(name -> bytes(requireNonNull(jars.get(name)).file())).sum()
        / 1e6;
  }

  private static String described(List<String> names, Map<String, Jar> jars) {
    return String.join(
        ", ",
        Stream.of(names.toArray(String[]::new))
            .map(
                name ->
                    "%s %.2f".formatted(name, bytes(requireNonNull(jars.get(name)).file()) / 1e6))
            .toList());
  }

  private static long bytes(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
