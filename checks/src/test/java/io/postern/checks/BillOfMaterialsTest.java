package io.postern.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.checks.PosternModules.PosternModule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** The BOM gives embedders every published module, and no library that only our tests use. */
class BillOfMaterialsTest {
  @Test
  void bom_managesThePublishedModulesAndNoOther() throws Exception {
    List<String> published = new ArrayList<>();
    for (PosternModule module : PosternModules.PUBLISHED) {
      published.add("io.postern:" + child(PomFile.of(module.folder()).project(), "artifactId"));
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
    Element management = PomFile.of("").all("dependencyManagement").get(0);
    return PomFile.all(management, "dependency").stream()
        .map(one -> child(one, "groupId") + ":" + child(one, "artifactId"))
        .toList();
  }

  private static String child(Element parent, String name) {
    return PomFile.text(parent, name).orElseThrow();
  }
}
