package io.postern.checks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/** What is written in a pom.xml, without what it inherits. */
final class PomFile {
  private final Element project;

  private PomFile(Element project) {
    this.project = project;
  }

  /**
   * The pom of a module.
   *
   * @param folder below the root of the repository, which is the empty one
   */
  static PomFile of(String folder) throws Exception {
    Path pom = PosternModules.ROOT.resolve(folder).resolve("pom.xml");
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return new PomFile(factory.newDocumentBuilder().parse(pom.toFile()).getDocumentElement());
  }

  Element project() {
    return project;
  }

  /** What stands in {@code <properties>} under this name. */
  Optional<String> property(String name) {
    return find(project, "properties").flatMap(properties -> text(properties, name));
  }

  /** All elements of this name, wherever they stand. */
  List<Element> all(String name) {
    return all(project, name);
  }

  static List<Element> all(Element below, String name) {
    NodeList found = below.getElementsByTagName(name);
    List<Element> all = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      all.add((Element) found.item(i));
    }
    return all;
  }

  /** The text of the child of this name; the parent's own children only. */
  static Optional<String> text(Element parent, String name) {
    return find(parent, name).map(child -> child.getTextContent().strip());
  }

  private static Optional<Element> find(Element parent, String name) {
    for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node instanceof Element child && child.getTagName().equals(name)) {
        return Optional.of(child);
      }
    }
    return Optional.empty();
  }
}
