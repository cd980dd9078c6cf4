package io.postern.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.Postern;
import io.postern.core.PosternBuilder;
import io.postern.credential.Secret;
import io.postern.person.Person;
import io.postern.person.Privilege;
import io.postern.spi.Settings;
import io.postern.spi.directory.PersonDirectory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample of the Vault provider's README: nothing connects before it is needed. */
class VaultSettingsTest {
  @TempDir Path folder;

  @Test
  void addressAndToken_areEnough() {
    PersonDirectory people =
        PersonDirectory.of(Person.named("ada", "Ada Lund").with(Privilege.values()).build());
    PosternBuilder builder = PosternBuilder.create().people(people).dataFolder(folder);
    Secret token = Secret.takeFrom("a-token".getBytes(StandardCharsets.UTF_8));
    // region simple
    builder.credentialManager(
        "site-vault",
        "vault",
        Settings.with("address", "https://vault.example:8200").and("token", token));
    // endregion
    try (Postern postern = builder.build()) {
      assertThat(postern.as("ada").credentials().managers().get(0).provider()).contains("vault");
    }
  }
}
