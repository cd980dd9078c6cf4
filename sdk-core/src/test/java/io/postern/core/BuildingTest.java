package io.postern.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import io.postern.ErrorCode;
import io.postern.Postern;
import io.postern.approval.Approvals;
import io.postern.audit.AuditTrail;
import io.postern.core.fake.LoopEndpoint;
import io.postern.core.fake.PlainStore;
import io.postern.core.fake.SettablePeople;
import io.postern.core.store.PostgresServer;
import io.postern.credential.Credentials;
import io.postern.credential.Secret;
import io.postern.jump.Catalog;
import io.postern.jump.JumpItems;
import io.postern.notice.Inbox;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.recording.Recordings;
import io.postern.session.SessionQuery;
import io.postern.session.Sessions;
import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.connector.Connector;
import io.postern.spi.connector.ConnectorFactory;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.testing.Rule;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the builder refuses, and Postern in a host's own injector. */
class BuildingTest {
  @TempDir Path directory;

  private final SettablePeople people = new SettablePeople();

  private PosternBuilder builder() {
    return PosternBuilder.create().people(people).dataFolder(directory.resolve("store"));
  }

  private static Secret secret() {
    return Secret.takeFrom("hush".getBytes(StandardCharsets.UTF_8));
  }

  private static void assertWiped(Secret secret) {
    assertThat(Assertions.catchThrowable(() -> secret.use(bytes -> true)))
        .as("a secret that was closed")
        .isNotNull();
  }

  @Test
  void build_withoutPeople_isRefused_andTheSecretsAreWiped() {
    Secret secret = secret();
    Refused.with(
        ErrorCode.SETTINGS_INVALID,
        () ->
            PosternBuilder.create()
                .credentialManager("site", new PlainStore(), Settings.with("token", secret))
                .build());
    assertWiped(secret);
  }

  @Test
  @Rule("ECM-3")
  void build_withWrongSettings_namesAllOfThemAtOnce_andMakesNoStore() {
    Secret secret = secret();
    List<String> faults =
        Refused.with(
                ErrorCode.SETTINGS_INVALID,
                () ->
                    builder()
                        .connector(new LoopEndpoint(), Settings.with("colour", "red"))
                        .credentialManager("one", new PlainStore(), Settings.with("token", secret))
                        .credentialManager("two", new PlainStore(), Settings.with("size", "large"))
                        .build())
            .faults();
    assertThat(faults)
        .hasSize(3)
        .anyMatch(fault -> fault.contains("colour"))
        .anyMatch(fault -> fault.contains("token"))
        .anyMatch(fault -> fault.contains("size"))
        .noneMatch(fault -> fault.contains("hush"));
    assertWiped(secret);
    assertThat(directory.resolve("store")).doesNotExist();
  }

  @Test
  @Rule("ECM-3")
  void build_withEverythingWrong_saysAllInOneRound_andWipesTheSecrets() {
    Secret ofConnector = secret();
    Secret ofManager = secret();
    List<String> faults =
        Refused.with(
                ErrorCode.SETTINGS_INVALID,
                () ->
                    PosternBuilder.create()
                        .dataFolder(directory.resolve("store"))
                        .connector("telnet")
                        .connector(new LoopEndpoint(), Settings.with("colour", ofConnector))
                        .credentialManager("one", "shoebox", Settings.none())
                        .credentialManager("two", new PlainStore(), Settings.with("key", ofManager))
                        .build())
            .faults();
    assertThat(faults)
        .hasSize(5)
        .anyMatch(fault -> fault.contains("PosternBuilder.people"))
        .anyMatch(fault -> fault.contains("telnet"))
        .anyMatch(fault -> fault.contains("colour"))
        .anyMatch(fault -> fault.contains("shoebox"))
        .anyMatch(fault -> fault.contains("key"));
    assertWiped(ofConnector);
    assertWiped(ofManager);
  }

  /** A connector that takes a secret, and fails where it is told to. */
  public static final class Keyed implements ConnectorFactory {
    private final String failsAt;

    /** One that works, for discovery. */
    public Keyed() {
      this("");
    }

    Keyed(String failsAt) {
      this.failsAt = failsAt;
    }

    @Override
    public PluginIdentity identity() {
      return PluginIdentity.of("keyed", "1.0");
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of(Setting.secret("key", "what it logs on with"));
    }

    @Override
    public List<String> validate(Settings settings) {
      fail("validate");
      return List.of();
    }

    @Override
    public Connector create(Settings settings, PluginContext context) {
      fail("create");
      return new LoopEndpoint().create(settings, context);
    }

    private void fail(String step) {
      if (step.equals(failsAt)) {
        throw new IllegalStateException("hush");
      }
    }
  }

  @Test
  void build_onWhicheverWayItFails_wipesTheSecretsOfBothKinds() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "in the way");
    record Failure(ErrorCode code, ConnectorFactory connector, Path directory) {}
    Path fine = directory.resolve("store");
    for (Failure failure :
        List.of(
            new Failure(ErrorCode.PLUGIN_FAILED, new Keyed("validate"), fine),
            new Failure(ErrorCode.PLUGIN_FAILED, new Keyed("create"), fine),
            new Failure(ErrorCode.STORE_UNAVAILABLE, new Keyed(), file))) {
      Secret ofConnector = secret();
      Secret ofManager = secret();
      assertThat(
              Refused.with(
                  failure.code(),
                  () ->
                      PosternBuilder.create()
                          .people(people)
                          .dataFolder(failure.directory())
                          .connector(failure.connector(), Settings.with("key", ofConnector))
                          .credentialManager("site", new Sealed(), Settings.with("key", ofManager))
                          .build()))
          .hasMessageNotContaining("hush");
      assertWiped(ofConnector);
      assertWiped(ofManager);
    }
    Secret ofNobody = secret();
    assertThat(
            Assertions.catchThrowable(
                () -> builder().credentialManager("", "any", Settings.with("key", ofNobody))))
        .isNotNull();
    assertWiped(ofNobody);
  }

  /** A credential manager that takes a secret. */
  private static final class Sealed implements CredentialProviderFactory {
    @Override
    public PluginIdentity identity() {
      return PluginIdentity.of("sealed", "1.0");
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of(Setting.secret("key", "what it is opened with"));
    }

    @Override
    public CredentialProvider create(Settings settings, PluginContext context) {
      return new PlainStore().create(settings, context);
    }
  }

  @Test
  void build_twice_isRefused_alsoAfterAFailure() {
    PosternBuilder good = builder();
    try (Postern postern = good.build()) {
      assertThat(postern).isNotNull();
      Refused.with(ErrorCode.ILLEGAL_CHANGE, good::build);
    }
    PosternBuilder bad = builder().connector("telnet");
    Refused.with(ErrorCode.PLUGIN_UNKNOWN, bad::build);
    Refused.with(ErrorCode.ILLEGAL_CHANGE, bad::build);
  }

  @Test
  void pluginLoader_findsWhatTheLibrarysOwnDoesNot() throws Exception {
    Path jar = Files.createDirectories(directory.resolve("jar/META-INF/services"));
    Files.writeString(jar.resolve(ConnectorFactory.class.getName()), Keyed.class.getName());
    Refused.with(ErrorCode.PLUGIN_UNKNOWN, () -> builder().connector("keyed").build());
    try (URLClassLoader loader =
        new URLClassLoader(
            new URL[] {directory.resolve("jar").toUri().toURL()}, getClass().getClassLoader())) {
      builder()
          .pluginLoader(loader)
          .connector("keyed", Settings.with("key", secret()))
          .build()
          .close();
    }
  }

  @Test
  void allowUnsafeDatabase_opensWhatWouldLoseChanges_andNothingElseDoes() throws Exception {
    try (EmbeddedPostgres server =
        PostgresServer.builder().setServerConfig("fsync", "off").start()) {
      assertThat(
              Refused.with(
                  ErrorCode.STORE_UNSAFE,
                  () -> builder().dataSource(server.getPostgresDatabase()).build()))
          .hasMessageContaining("PosternBuilder.allowUnsafeDatabase()");
      builder().dataSource(server.getPostgresDatabase()).allowUnsafeDatabase().build().close();
    }
  }

  @Test
  void build_withAPluginThatIsNotThere_isRefusedByItsName() {
    assertThat(Refused.with(ErrorCode.PLUGIN_UNKNOWN, () -> builder().connector("telnet").build()))
        .hasMessageContaining("telnet");
    assertThat(
            Refused.with(
                ErrorCode.PLUGIN_UNKNOWN,
                () -> builder().credentialManager("site", "shoebox", Settings.none()).build()))
        .hasMessageContaining("shoebox");
  }

  @Test
  void build_withTwoOfOneName_isRefused() {
    Refused.with(
        ErrorCode.SETTINGS_INVALID,
        () ->
            builder()
                .connector(new LoopEndpoint(), Settings.none())
                .connector(new LoopEndpoint(), Settings.none())
                .build());
    Refused.with(
        ErrorCode.SETTINGS_INVALID,
        () ->
            builder()
                .credentialManager("site", new PlainStore(), Settings.none())
                .credentialManager("site", new PlainStore(), Settings.none())
                .build());
  }

  @Test
  void build_thatFailsHalfway_closesWhatWasOpen() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    Path file = Files.writeString(directory.resolve("file"), "in the way");
    for (int i = 0; i < 2; i++) {
      Refused.with(
          ErrorCode.STORE_UNAVAILABLE,
          () ->
              PosternBuilder.create()
                  .people(people)
                  .dataFolder(file)
                  .connector(new LoopEndpoint(), Settings.none())
                  .credentialManager("site", new PlainStore(), Settings.none())
                  .build());
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> !before.contains(thread))
        .noneMatch(thread -> thread.getName().equals("postern-sweeper"));
  }

  @Test
  void build_onAStoreThatIsOpen_isRefused_andGoesWhenItIsClosed() {
    Postern first = builder().build();
    Refused.with(ErrorCode.STORE_IN_USE, () -> builder().build());
    first.close();
    builder().build().close();
  }

  @Test
  void module_inAHostsInjector_givesServicesForWhoActsNow() {
    people.add(Person.named("maya", "Maya Ito"));
    PersonId[] acting = {PersonId.of("maya")};
    Injector injector = Guice.createInjector(new PosternModule(builder(), () -> acting[0]));
    try (Postern postern = injector.getInstance(Postern.class)) {
      assertThat(injector.getInstance(Postern.class)).isSameAs(postern);
      Sessions sessions = injector.getInstance(Sessions.class);
      assertThat(sessions.list(SessionQuery.all(), io.postern.PageRequest.first())).isEmpty();
      acting[0] = PersonId.of("nobody");
      Refused.with(
          ErrorCode.PERSON_UNKNOWN,
          () ->
              injector
                  .getInstance(Sessions.class)
                  .list(SessionQuery.all(), io.postern.PageRequest.first()));
      for (Class<?> service :
          List.<Class<?>>of(
              JumpItems.class,
              Approvals.class,
              Credentials.class,
              Inbox.class,
              Recordings.class,
              Catalog.class,
              AuditTrail.class,
              io.postern.Access.class)) {
        assertThat(injector.getExistingBinding(Key.get(service))).isNotNull();
      }
    }
  }
}
