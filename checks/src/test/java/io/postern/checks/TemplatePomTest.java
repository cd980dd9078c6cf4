package io.postern.checks;

import static org.assertj.core.api.Assertions.assertThat;

import com.example.keystore.KeystoreProviderFactory;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

/** The template's pom stands alone, so that it can be copied, and keeps step with ours. */
class TemplatePomTest {
  private static final String TEMPLATE = "examples/provider-template";
  private static final Pattern PROPERTY = Pattern.compile("\\$\\{(version\\.[^}]+)}");

  private PomFile root;
  private PomFile template;

  @BeforeEach
  void read() throws Exception {
    root = PomFile.of("");
    template = PomFile.of(TEMPLATE);
  }

  @Test
  void template_inheritsNothing() {
    assertThat(template.all("parent")).isEmpty();
    assertThat(PosternModules.read(PosternModules.ROOT.resolve(TEMPLATE + "/pom.xml")))
        .doesNotContain("${version.", "${postern.");
  }

  @Test
  void template_namesTheVersionsThatWeUse() throws Exception {
    Map<String, Set<String>> ours = new TreeMap<>();
    collect(root, ours);
    for (Element module : root.all("module")) {
      if (!module.getTextContent().equals(TEMPLATE)) {
        collect(PomFile.of(module.getTextContent()), ours);
      }
    }
    ours.put("postern-bom", Set.of(PomFile.text(root.project(), "version").orElseThrow()));

    Map<String, Set<String>> theirs = new TreeMap<>();
    collect(template, theirs);
    assertThat(theirs).containsKeys("junit-jupiter", "logback-classic", "postern-bom");
    assertThat(ours).containsAllEntriesOf(theirs);
  }

  @Test
  void template_namesTheVersionOfEachPlugIn() {
    assertThat(template.all("plugin"))
        .allSatisfy(
            plugin -> assertThat(PomFile.text(plugin, "version")).as(artifact(plugin)).isPresent())
        .extracting(TemplatePomTest::artifact)
        .as("what Maven itself runs for a jar is of a version that its release chose")
        .contains(
            "maven-clean-plugin",
            "maven-resources-plugin",
            "maven-compiler-plugin",
            "maven-surefire-plugin",
            "maven-jar-plugin",
            "maven-install-plugin",
            "maven-deploy-plugin");
  }

  @Test
  void template_isBuiltAsWeAre() {
    assertThat(template.property("maven.compiler.release"))
        .isPresent()
        .isEqualTo(root.property("maven.compiler.release"));
    assertThat(template.property("project.build.outputTimestamp")).isPresent();
  }

  @Test
  void template_isCalledAsThePlugInSaysThatItIs() {
    var identity = new KeystoreProviderFactory().identity();
    assertThat(template.property("plugin.folder")).contains(identity.name());
    assertThat(PomFile.text(template.project(), "version")).contains(identity.version());
  }

  /** The versions that a pom names, with its own and the root's properties in their place. */
  private void collect(PomFile pom, Map<String, Set<String>> versions) {
    for (String kind : new String[] {"plugin", "dependency"}) {
      for (Element one : pom.all(kind)) {
        PomFile.text(one, "version")
            .ifPresent(
                version ->
                    versions
                        .computeIfAbsent(artifact(one), artifact -> new TreeSet<>())
                        .add(resolved(version, pom)));
      }
    }
  }

  private String resolved(String version, PomFile pom) {
    Matcher property = PROPERTY.matcher(version);
    return property.matches()
        ? pom.property(property.group(1)).or(() -> root.property(property.group(1))).orElseThrow()
        : version;
  }

  private static String artifact(Element element) {
    return PomFile.text(element, "artifactId").orElseThrow();
  }
}
