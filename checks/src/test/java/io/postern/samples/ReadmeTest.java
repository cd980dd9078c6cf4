package io.postern.samples;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.Access;
import io.postern.PageRequest;
import io.postern.Postern;
import io.postern.approval.Approvals;
import io.postern.core.PosternBuilder;
import io.postern.jump.JumpItemSummary;
import io.postern.person.Person;
import io.postern.person.Privilege;
import io.postern.session.CommandResult;
import io.postern.session.Connection;
import io.postern.session.Session;
import io.postern.spi.Settings;
import io.postern.spi.directory.PersonDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of the README, run against a real SSH server. */
class ReadmeTest {
  @TempDir Path folder;

  @Test
  void tenLines_letMayaIn() throws Exception {
    try (SampleSite site = SampleSite.open(folder)) {
      PersonDirectory people =
          PersonDirectory.of(
              Person.named("maya", "Maya Ito").memberOf("ops").build(),
              Person.named("noor", "Noor Aziz").memberOf("approvers").build(),
              Person.named("ada", "Ada Lund").with(Privilege.values()).build());
      Settings vaultSettings = site.vaultSettings();
      Path fix = Files.writeString(folder.resolve("fix.sql"), "select 1;\n");
      Path directory = folder.resolve("postern");
      site.describeItems(directory, people);
      // region ten-lines
      try (Postern postern =
          PosternBuilder.create()
              .people(people) // yours: id, name, e-mail, groups
              .directory(directory) // or .dataSource(postgres)
              .connector("ssh")
              .credentialManager("site-vault", "encrypted-file", vaultSettings)
              .build()) {

        Access maya = postern.as("maya");
        JumpItemSummary orders = maya.jumpItems().search("orders-db").only();
        Session session =
            maya.sessions()
                .start(orders.id(), ask -> ask.reason("INC-4711").lasting(Duration.ofHours(2)));

        Approvals noor = postern.as("noor").approvals(); // an approver, on a page of her own
        noor.approve(noor.toDecide(PageRequest.first()).only().id(), "go ahead");

        session.awaitAvailable(Duration.ofMinutes(5)); // maya's page was waiting for that
        try (Connection live = session.connect()) { // injected: maya never sees the password
          CommandResult who = live.run("id -un");
          live.files().upload(fix, "fix.sql");
        }
        session.end(); // the credential is given back, the recording sealed
      }
      // endregion
      assertThat(site.uploaded("fix.sql")).isEqualTo("select 1;\n");
    }
  }
}
