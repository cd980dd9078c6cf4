package io.postern.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.Postern;
import io.postern.PosternException;
import io.postern.core.PosternBuilder;
import io.postern.credential.CredentialLimits;
import io.postern.credential.Credentials;
import io.postern.credential.ManagerHealth;
import io.postern.person.Person;
import io.postern.person.Privilege;
import io.postern.spi.Settings;
import io.postern.spi.directory.PersonDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The guide's samples of credential managers with several members. */
class ManagersTest {
  @TempDir Path folder;

  private Path mount(String name) throws Exception {
    return Files.createDirectories(folder.resolve(name));
  }

  @Test
  void members_areListedAndChangedWhilePosternRuns() throws Exception {
    Path east = mount("east");
    Path west = mount("west");
    Path north = mount("north");
    PosternBuilder builder =
        PosternBuilder.create()
            .people(
                PersonDirectory.of(
                    Person.named("ada", "Ada Lund").with(Privilege.values()).build()))
            .dataFolder(folder.resolve("postern"));
    Postern built =
        // region members
        builder
            .credentialManager(
                "mounted",
                "mounted-secrets",
                Settings.with("folder", east), // asked first, as long as it answers
                Settings.with("folder", west)) // then this one
            .credentialLimits(CredentialLimits.standard().perCall(Duration.ofSeconds(5)))
            .build();
    // endregion
    List<String> seen = new ArrayList<>();
    try (Postern postern = built) {
      // region listed
      Credentials credentials = postern.as("ada").credentials();
      for (ManagerHealth manager : credentials.managers()) {
        for (ManagerHealth.Member member : manager.members()) {
          System.out.println(member.name() + ": " + member.detail()); // mounted#1: reads …
          seen.add(member.name() + " " + member.connectedSince().isPresent());
        }
      }
      // endregion
      assertThat(seen).containsExactly("mounted#1 true", "mounted#2 true");

      // region reconfigured
      List<Settings> members =
          List.of(Settings.with("folder", west), Settings.with("folder", north));
      try {
        credentials.reconfigure("mounted", members); // calls under way finish on the old ones
      } catch (PosternException e) {
        System.out.println(e.faults()); // why the old ones stay
      }
      // endregion
      assertThat(credentials.managers().get(0).members())
          .extracting(ManagerHealth.Member::detail)
          .containsExactly("reads " + west, "reads " + north);
      ErrorCode refused = null;
      try {
        credentials.test("mounted", List.of(Settings.with("folder", folder.resolve("nowhere"))));
      } catch (PosternException e) {
        refused = e.code();
      }
      assertThat(refused).isEqualTo(ErrorCode.CREDENTIAL_UNAVAILABLE);
    }
  }
}
