package io.postern.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.Postern;
import io.postern.core.PosternBuilder;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Settings;
import io.postern.spi.directory.PersonDirectory;
import io.postern.testing.PluginYard;
import io.postern.testing.PluginYard.Provider;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plug-in folder of docs/plugins.md. */
class PluginFolderTest {
  @TempDir Path folder;

  @Test
  void plugin_ofTheFolder_serves() throws Exception {
    PluginYard yard = new PluginYard(folder, PluginIdentity.class);
    yard.add(Provider.named("vendor-vault"));
    yard.trustAll();
    try (Postern postern = postern(yard.folder(), yard.trust())) {
      assertThat(postern.as(PersonId.of("ada")).credentials().managers().get(0).provider())
          .contains("vendor-vault");
    }
  }

  private Postern postern(Path plugins, Path trustFile) {
    PosternBuilder builder =
        PosternBuilder.create()
            .people(
                PersonDirectory.of(
                    Person.named("ada", "Ada Lund").with(Privilege.values()).build()))
            .dataFolder(folder.resolve("postern"));
    return
    // region folder
    builder
        .pluginFolder(plugins, trustFile)
        .credentialManager("site", "vendor-vault", Settings.none())
        .build();
    // endregion
  }
}
