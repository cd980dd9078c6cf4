package io.postern.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.checks.PosternModules.PosternModule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/** The BOM gives embedders every published module, and no library that only our tests use. */
class BillOfMaterialsTest {
  @Test
  void bom_managesThePublishedModulesAndNoOther() throws Exception {
    List<String> published = new ArrayList<>();
    for (PosternModule module : PosternModules.PUBLISHED) {
      Document pom = parse(PosternModules.ROOT.resolve(module.folder()).resolve("pom.xml"));
      published.add("io.postern:" + child(pom.getDocumentElement(), "artifactId"));
    }
    assertThat(managed())
        .filteredOn(artifact -> artifact.startsWith("io.postern:"))
        .containsExactlyInAnyOrderElementsOf(published);
  }

  @Test
  void bom_managesNoTestLibrary() throws Exception {
    assertThat(managed())
        .isNotEmpty()
        .noneMatch(
            artifact ->
                artifact.matches(
                    "(org\\.junit|org\\.assertj|ch\\.qos|io\\.zonky|org\\.apache\\.sshd).*|.*:jcl-over-slf4j"));
  }

  private static List<String> managed() throws Exception {
    Document document = parse(PosternModules.ROOT.resolve("pom.xml"));
    Element management = (Element) document.getElementsByTagName("dependencyManagement").item(0);
    NodeList dependencies = management.getElementsByTagName("dependency");
    List<String> managed = new ArrayList<>();
    for (int i = 0; i < dependencies.getLength(); i++) {
      Element one = (Element) dependencies.item(i);
      managed.add(child(one, "groupId") + ":" + child(one, "artifactId"));
    }
    return managed;
  }

  private static Document parse(Path pom) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(pom.toFile());
  }

  /** The text of the child of this name; the parent's own children only. */
  private static String child(Element parent, String name) {
    for (var node = parent.getFirstChild(); node != null; node = node.getNextSibling()) {
      if (node.getNodeName().equals(name)) {
        return node.getTextContent().strip();
      }
    }
    throw new IllegalArgumentException(parent.getTagName() + " has no " + name);
  }
}
