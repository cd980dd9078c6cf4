package io.postern.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import io.postern.ErrorCode;
import io.postern.Postern;
import io.postern.approval.Approvals;
import io.postern.core.fake.LoopEndpoint;
import io.postern.core.fake.PlainStore;
import io.postern.core.fake.SettablePeople;
import io.postern.credential.Credentials;
import io.postern.credential.Secret;
import io.postern.jump.JumpItems;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.session.SessionQuery;
import io.postern.session.Sessions;
import io.postern.spi.Settings;
import io.postern.testing.Rule;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the builder refuses, and Postern in a host's own injector. */
class BuildingTest {
  @TempDir Path directory;

  private final SettablePeople people = new SettablePeople();

  private PosternBuilder builder() {
    return PosternBuilder.create().people(people).directory(directory.resolve("store"));
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
    Path file = Files.writeString(directory.resolve("file"), "in the way");
    for (int i = 0; i < 2; i++) {
      Refused.with(
          ErrorCode.STORE_UNAVAILABLE,
          () ->
              PosternBuilder.create()
                  .people(people)
                  .directory(file)
                  .connector(new LoopEndpoint(), Settings.none())
                  .credentialManager("site", new PlainStore(), Settings.none())
                  .build());
    }
    assertThat(Thread.getAllStackTraces().keySet())
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
              JumpItems.class, Approvals.class, Credentials.class, io.postern.Access.class)) {
        assertThat(injector.getExistingBinding(Key.get(service))).isNotNull();
      }
    }
  }
}
