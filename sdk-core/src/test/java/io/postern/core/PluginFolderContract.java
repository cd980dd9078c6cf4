package io.postern.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.Postern;
import io.postern.PosternException;
import io.postern.audit.AuditEntry;
import io.postern.audit.AuditQuery;
import io.postern.person.PersonId;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Settings;
import io.postern.testing.PluginYard;
import io.postern.testing.PluginYard.Provider;
import io.postern.testing.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Plug-ins of a folder in a whole Postern (figure G37). */
abstract class PluginFolderContract {
  @RegisterExtension final PosternUnderTest test;

  private PluginYard yard;

  PluginFolderContract(PosternUnderTest test) {
    this.test = test;
  }

  @BeforeEach
  void open() throws IOException {
    yard =
        new PluginYard(
            Files.createDirectory(test.directory().resolve("yard")), PluginIdentity.class);
  }

  private UnaryOperator<PosternBuilder> with(String... names) {
    return builder -> {
      builder.pluginFolder(yard.folder(), yard.trust());
      for (String name : names) {
        builder.credentialManager("manager-" + name, name, Settings.none());
      }
      return builder;
    };
  }

  private PosternException refused(ErrorCode code, String... names) {
    return Refused.with(code, () -> test.open(with(names)));
  }

  @Test
  @Rule({"ECM-1", "ECM-2"})
  void unknownChangedAndDouble_refuseTheStart_allAtOnce() throws IOException {
    yard.add(Provider.named("good"));
    Path changed = yard.add(Provider.named("changed"));
    yard.add(Provider.named("twin"));
    yard.add("twin-2", Provider.named("twin"));
    yard.trustAll();
    yard.add(Provider.named("unlisted"));
    Files.write(changed, new byte[] {0}, StandardOpenOption.APPEND);
    refused(ErrorCode.PLUGIN_UNKNOWN, "unknown");
    refused(ErrorCode.PLUGIN_UNTRUSTED, "changed");
    refused(ErrorCode.PLUGIN_UNTRUSTED, "unlisted");
    refused(ErrorCode.PLUGIN_DUPLICATE, "twin");
    assertThat(
            refused(ErrorCode.SETTINGS_INVALID, "good", "unknown", "changed", "unlisted", "twin")
                .faults())
        .hasSize(4);
    test.open(with("good"));
  }

  @Test
  @Rule("ECM-1")
  void pluginsOfTheFolder_serve_andTheirFilesAreOnRecordFromTheStart() {
    yard.add(Provider.named("good"));
    yard.addConnector("wire");
    yard.trustAll();
    try (Postern postern =
        test.open(builder -> with("good").apply(builder).connector("wire", Settings.none()))) {
      List<AuditEntry> entries =
          postern
              .as(PersonId.of("adam"))
              .audit()
              .list(AuditQuery.all().action("plugin"), PageRequest.first())
              .rows();
      assertThat(entries)
          .extracting(AuditEntry::subject)
          .containsExactlyInAnyOrder("plugin:good", "plugin:wire");
      AuditEntry good =
          entries.stream().filter(one -> one.subject().equals("plugin:good")).findFirst().get();
      assertThat(good.actor()).isEqualTo("postern:plugins");
      assertThat(good.details())
          .containsEntry("version", "1.0")
          .containsEntry("kind", "credential provider")
          .containsEntry("place", yard.folder().resolve("good").toString());
      assertThat(good.details().get("file-01")).matches("[0-9a-f]{64}  good/plugin\\.jar");
    }
  }
}
