package io.postern.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.spi.Setting;
import io.postern.spi.connector.ConnectorFactory;
import io.postern.spi.credential.CredentialProviderFactory;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The README of each plug-in lists the settings that it declares. */
class SettingsDocumentTest {
  private static final String BEGIN = "<!-- settings -->\n";
  private static final String END = "<!-- /settings -->\n";

  /** A plug-in of ours, and where its module lies. */
  record Plugin(String name, Path module, List<Setting<?>> settings) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Every plug-in that a host would find, but for those of tests. */
  static List<Plugin> plugins() {
    ClassLoader loader = SettingsDocumentTest.class.getClassLoader();
    List<Plugin> found = new ArrayList<>();
    for (var factory : ServiceLoader.load(CredentialProviderFactory.class, loader)) {
      found.add(
          new Plugin(factory.identity().name(), module(factory.getClass()), factory.settings()));
    }
    for (var factory : ServiceLoader.load(ConnectorFactory.class, loader)) {
      found.add(
          new Plugin(factory.identity().name(), module(factory.getClass()), factory.settings()));
    }
    Path tests = PosternModules.ROOT.resolve("checks");
    return found.stream().filter(plugin -> !plugin.module().startsWith(tests)).toList();
  }

  /** What lies above the folder that it was built into, as classes or as a jar. */
  private static Path module(Class<?> type) {
    try {
      Path built = Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
      while (built.getParent() != null && !built.endsWith("target")) {
        built = built.getParent();
      }
      return built.getParent() == null ? built : built.getParent();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void everyProviderModule_andTheTemplate_areLookedAt() {
    List<String> modules =
        new ArrayList<>(
            PosternModules.PUBLISHED.stream()
                .map(PosternModules.PosternModule::folder)
                .filter(folder -> folder.startsWith("providers/"))
                .toList());
    modules.add("examples/provider-template");
    assertThat(plugins())
        .extracting(plugin -> PosternModules.ROOT.relativize(plugin.module()).toString())
        .containsExactlyInAnyOrderElementsOf(modules);
  }

  @ParameterizedTest
  @MethodSource("plugins")
  void readme_hasTheSettingsThatAreDeclared(Plugin plugin) throws Exception {
    Path readme = plugin.module().resolve("README.md");
    GeneratedDocument.check(readme, withTable(PosternModules.read(readme), plugin.settings()));
  }

  @Test
  void table_hasARowForEachSetting() {
    String page = "before\n" + BEGIN + "old\n" + END + "after\n";
    List<Setting<?>> settings =
        List.of(
            Setting.text("place", "Where | what.").required(),
            Setting.secret("token", "A token."),
            Setting.duration("wait", "How long.").orElse("PT3S"));

    assertThat(withTable(page, settings))
        .isEqualTo(
            "before\n"
                + BEGIN
                + "| setting | type | required | default | what for |\n"
                + "|---|---|---|---|---|\n"
                + "| `place` | text | yes | | Where \\| what. |\n"
                + "| `token` | secret | | | A token. |\n"
                + "| `wait` | duration such as PT15S | | `PT3S` | How long. |\n"
                + END
                + "after\n");
  }

  private static String withTable(String page, List<Setting<?>> settings) {
    int begin = page.indexOf(BEGIN);
    int end = page.indexOf(END);
    assertThat(begin)
        .as("a README says by %s where its settings go", BEGIN.strip())
        .isNotNegative();
    assertThat(end).as("%s ends them", END.strip()).isGreaterThan(begin);
    StringBuilder table = new StringBuilder(page.substring(0, begin)).append(BEGIN);
    table.append("| setting | type | required | default | what for |\n|---|---|---|---|---|\n");
    for (Setting<?> setting : settings) {
      String row =
          String.join(
              "|",
              cell("`" + setting.key() + "`"),
              cell(setting.type()),
              cell(setting.isRequired() ? "yes" : ""),
              cell(
                  setting
                      .defaultValue()
                      .filter(it -> !it.isEmpty())
                      .map(it -> "`" + it + "`")
                      .orElse("")),
              cell(setting.help()));
      table.append('|').append(row).append("|\n");
    }
    return table.append(page.substring(end)).toString();
  }

  private static String cell(String text) {
    return text.isEmpty() ? " " : " " + GeneratedDocument.cell(text) + " ";
  }
}
