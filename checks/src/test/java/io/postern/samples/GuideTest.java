package io.postern.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import io.postern.Access;
import io.postern.ErrorCode;
import io.postern.PageRequest;
import io.postern.Postern;
import io.postern.PosternException;
import io.postern.approval.AccessRequest;
import io.postern.core.PosternBuilder;
import io.postern.core.PosternModule;
import io.postern.credential.Candidate;
import io.postern.credential.Candidates;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.jump.JumpItemId;
import io.postern.jump.Terms;
import io.postern.jump.Verdict;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.recording.Recording;
import io.postern.recording.RecordingCheck;
import io.postern.session.Connection;
import io.postern.session.Session;
import io.postern.session.SessionQuery;
import io.postern.session.SessionReport;
import io.postern.session.Sessions;
import io.postern.session.Shell;
import io.postern.session.ShellOutput;
import io.postern.spi.Settings;
import io.postern.spi.directory.PersonDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of the guide, run against a real SSH server. */
class GuideTest {
  @TempDir Path folder;

  private final JumpItemId ordersDb = JumpItemId.of("orders-db");
  private SampleSite site;
  private PersonDirectory people;
  private Path directory;

  @BeforeEach
  void openTheSite() throws Exception {
    directory = folder.resolve("postern");
    // region people
    people =
        PersonDirectory.of(
            Person.named("maya", "Maya Ito").email("maya@example.org").memberOf("ops").build(),
            Person.named("noor", "Noor Aziz")
                .email("noor@example.org")
                .memberOf("approvers")
                .build(),
            Person.named("ada", "Ada Lund").with(Privilege.values()).build());
    // endregion
    site = SampleSite.open(folder);
    site.describeItems(directory, people);
  }

  @AfterEach
  void closeTheSite() throws Exception {
    site.close();
  }

  private PosternBuilder builder() {
    return PosternBuilder.create()
        .people(people)
        .directory(directory)
        .connector("ssh")
        .credentialManager("site-vault", "encrypted-file", site.vaultSettings());
  }

  @Test
  void build_putsItTogether() {
    Path vault = site.vault();
    char[] typedPassphrase = SampleSite.typedPassphrase();
    // region build
    Settings vaultSettings =
        Settings.with("file", vault).and("passphrase", Secret.takeFrom(typedPassphrase));
    Postern postern =
        PosternBuilder.create()
            .people(people)
            .directory(directory) // the embedded store and the recordings
            .connector("ssh") // how items are reached: plug-ins by name
            .credentialManager("site-vault", "encrypted-file", vaultSettings)
            .build();
    // endregion
    try (postern) {
      assertThat(postern.as("ada").credentials().managers())
          .singleElement()
          .matches(manager -> manager.manager().equals("site-vault") && manager.usable());
    }
  }

  @Test
  void asking_andApproving() {
    try (Postern postern = builder().build()) {
      // region explain
      Access maya = postern.as("maya");
      Terms terms = maya.jumpItems().terms(ordersDb); // show these before asking
      Verdict verdict = maya.jumpItems().explain(ordersDb); // and this when something is refused
      // endregion
      assertThat(terms.approvers()).isNotEmpty();
      assertThat(verdict.startable()).isTrue();

      // region ask
      Session session =
          maya.sessions()
              .start(
                  ordersDb,
                  ask ->
                      ask.reason("INC-4711: orders are stuck")
                          .lasting(Duration.ofHours(2))
                          .idempotencyKey("form-8c1f"));
      // endregion

      // region approve
      Access noor = postern.as("noor");
      for (AccessRequest request : noor.approvals().toDecide(PageRequest.first())) {
        noor.approvals().approve(request.id(), "go ahead, mind the nightly job");
      }
      // endregion
      session.awaitAvailable(Duration.ofMinutes(1));

      // region connect
      Candidates candidates = session.candidates(""); // what fits, without secrets
      Candidate chosen = candidates.found().get(0);
      try (Connection live = session.connect(chosen.id())) {
        live.run("uptime");
      }
      // endregion

      // region shell
      try (Connection live = session.connect();
          Shell shell = live.openShell("work");
          ShellOutput screen = shell.output()) {
        shell.type("echo $((6 * 7))\n");
        screen.awaitText("42", Duration.ofSeconds(30));
      }
      // endregion

      // region end
      session.end();
      SessionReport report = session.report();
      Access ada = postern.as("ada"); // who may view recordings
      for (Recording recording : ada.recordings().of(session.id())) {
        RecordingCheck check = ada.recordings().verify(recording.id());
        System.out.println(recording.name() + (check.intact() ? " is intact" : check.finding()));
      }
      // endregion
      assertThat(report.html()).contains("INC-4711");
      assertThat(ada.recordings().of(session.id())).hasSize(2);
    }
  }

  @Test
  void errors_haveCodes() {
    try (Postern postern = builder().build()) {
      Access maya = postern.as("maya");
      ErrorCode seen = null;
      // region errors
      try {
        maya.sessions().start(ordersDb, ask -> ask.lasting(Duration.ofDays(30)));
      } catch (PosternException e) {
        seen = e.code(); // ASK_INVALID: for programs
        e.faults().forEach(System.out::println); // everything that is wrong: for people
      }
      // endregion
      assertThat(seen).isEqualTo(ErrorCode.ASK_INVALID);
    }
  }

  @Test
  void typedCredential_isUsedAndWiped() {
    site.letInWithoutApproval(directory, people);
    try (Postern postern = builder().build()) {
      Session session = postern.as("maya").sessions().start(ordersDb, ask -> ask.reason("typed"));
      session.awaitAvailable(Duration.ofMinutes(1));
      char[] typed = SampleSite.typedPassword();
      // region typed
      try (Connection live =
          session.connect(Credential.password("app", Secret.takeFrom(typed)))) { // wipes typed
        live.run("uptime");
      }
      // endregion
      assertThat(typed).containsOnly('\0');
      session.end();
    }
  }

  @Test
  void recording_isPlayedByAnyPlayer() throws Exception {
    site.letInWithoutApproval(directory, people);
    try (Postern postern = builder().build()) {
      Session session = postern.as("maya").sessions().start(ordersDb, ask -> ask.reason("film"));
      session.awaitAvailable(Duration.ofMinutes(1));
      try (Connection live = session.connect()) {
        live.run("echo filmed");
      }
      session.end();
      Recording recording = postern.as("ada").recordings().of(session.id()).get(0);
      Path file = folder.resolve("session.cast");
      // region play
      try (var cast = postern.as("ada").recordings().cast(recording.id())) {
        Files.copy(cast, file, StandardCopyOption.REPLACE_EXISTING); // asciinema play session.cast
      }
      // endregion
      assertThat(file).content().contains("filmed");
    }
  }

  @Test
  void guice_givesTheServicesOfWhoActs() {
    PersonId user = PersonId.of("maya");
    PosternBuilder builder = builder();
    // region guice
    Injector injector =
        Guice.createInjector(
            new PosternModule(builder, () -> user), // who acts now, such as the web request's user
            new AbstractModule() {
              @Override
              protected void configure() {
                bind(Portal.class);
              }
            });
    Portal portal = injector.getInstance(Portal.class);
    // endregion
    try (Postern postern = injector.getInstance(Postern.class)) {
      assertThat(portal.sessions.list(SessionQuery.all(), PageRequest.first())).isEmpty();
    }
  }

  /** A page of a host's portal. */
  static final class Portal {
    private final Sessions sessions;

    @jakarta.inject.Inject
    Portal(Sessions sessions) {
      this.sessions = sessions;
    }
  }
}
