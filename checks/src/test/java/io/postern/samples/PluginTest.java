package io.postern.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.postern.ErrorCode;
import io.postern.Postern;
import io.postern.PosternException;
import io.postern.core.PosternBuilder;
import io.postern.credential.CandidateId;
import io.postern.person.Person;
import io.postern.person.Privilege;
import io.postern.session.Connection;
import io.postern.session.Session;
import io.postern.spi.Settings;
import io.postern.spi.directory.PersonDirectory;
import java.io.CharArrayWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The plug-in of docs/plugins.md, found by its name and logging on to a real SSH server. */
class PluginTest {
  @TempDir Path folder;

  private final PersonDirectory people =
      PersonDirectory.of(
          Person.named("maya", "Maya Ito").memberOf("ops").build(),
          Person.named("ada", "Ada Lund").with(Privilege.values()).build());
  private Path secrets;
  private Path directory;
  private SampleSite site;

  @BeforeEach
  void open() throws Exception {
    directory = folder.resolve("postern");
    secrets = Files.createDirectories(folder.resolve("secrets/orders-db")).getParent();
    try (Writer file = Files.newBufferedWriter(secrets.resolve("orders-db/app"))) {
      CharArrayWriter password = new CharArrayWriter();
      password.write(SampleSite.typedPassword());
      password.writeTo(file);
    }
    site = SampleSite.open(folder);
    site.describeItems(directory, people);
    site.letInWithoutApproval(directory, people);
  }

  @AfterEach
  void close() throws Exception {
    site.close();
  }

  private Postern postern() {
    PosternBuilder builder =
        PosternBuilder.create().people(people).directory(directory).connector("ssh");
    return
    // region configured
    builder
        .credentialManager("mounted", "mounted-secrets", Settings.with("folder", secrets))
        .build();
    // endregion
  }

  private static Session start(Postern postern) {
    return postern
        .as("maya")
        .sessions()
        .start(io.postern.jump.JumpItemId.of("orders-db"), ask -> ask)
        .awaitAvailable(Duration.ofMinutes(1));
  }

  @Test
  void plugin_logsOn() {
    try (Postern postern = postern()) {
      Session session = start(postern);
      try (Connection live = session.connect()) {
        assertThat(live.run("true").exitStatus()).hasValue(0);
      }
      session.end();
      assertThat(postern.as("ada").credentials().managers().get(0).provider())
          .contains("mounted-secrets");
    }
  }

  @Test
  void emptyPassword_isAFailureAndNoAnswer() throws Exception {
    Files.writeString(secrets.resolve("orders-db/app"), "");
    try (Postern postern = postern()) {
      Session session = start(postern);
      assertThatExceptionOfType(PosternException.class)
          .isThrownBy(session::connect)
          .withMessageContaining("is empty")
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CREDENTIAL_MISCONFIGURED));
      session.end();
    }
  }

  @Test
  void keyThatIsAPath_leadsNowhere() throws Exception {
    Files.createDirectories(secrets.resolve("other-db"));
    Files.writeString(secrets.resolve("other-db/root"), "of another item");
    try (Postern postern = postern()) {
      Session session = start(postern);
      assertThatExceptionOfType(PosternException.class)
          .isThrownBy(
              () -> session.connect(new CandidateId("mounted", "orders-db/../other-db/root")))
          .satisfies(
              e ->
                  assertThat(e.code())
                      .isIn(ErrorCode.CREDENTIAL_NOT_A_CANDIDATE, ErrorCode.CREDENTIAL_NOT_FOUND));
      session.end();
    }
  }

  @Test
  void missingSetting_isNamed() {
    PosternBuilder builder =
        PosternBuilder.create()
            .people(people)
            .directory(directory)
            .credentialManager("mounted", "mounted-secrets", Settings.none());
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(builder::build)
        .withMessageContaining("folder")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SETTINGS_INVALID));
  }
}
