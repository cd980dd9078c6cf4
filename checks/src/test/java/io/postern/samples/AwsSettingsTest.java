package io.postern.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.Postern;
import io.postern.core.PosternBuilder;
import io.postern.person.Person;
import io.postern.person.Privilege;
import io.postern.spi.Settings;
import io.postern.spi.directory.PersonDirectory;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sample of the AWS provider's README: nothing connects before it is needed. */
class AwsSettingsTest {
  @TempDir Path folder;

  @Test
  void aRegion_isEnough() {
    PersonDirectory people =
        PersonDirectory.of(Person.named("ada", "Ada Lund").with(Privilege.values()).build());
    PosternBuilder builder = PosternBuilder.create().people(people).dataFolder(folder);
    // region simple
    builder.credentialManager("site-aws", "aws", Settings.with("region", "eu-central-1"));
    // endregion
    try (Postern postern = builder.build()) {
      assertThat(postern.as("ada").credentials().managers().get(0).provider()).contains("aws");
    }
  }
}
