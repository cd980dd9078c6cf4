package io.postern.core.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.plugin.Plugins;
import io.postern.credential.CredentialLimits;
import io.postern.credential.Secret;
import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.testing.Rule;
import io.postern.testing.SettableClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Which plug-ins run, and that they run all or not at all. */
@Timeout(60)
class CredentialManagersTest {
  private static final CredentialLimits LIMITS =
      CredentialLimits.standard().perCall(Duration.ofSeconds(5)).atOnce(4);

  private final SettableClock clock = SettableClock.at("2026-11-22T09:00:00Z");
  private final List<String> closed = new CopyOnWriteArrayList<>();
  private final CountDownLatch never = new CountDownLatch(1);
  private final Secret secret = Secret.takeFrom(new byte[] {1, 2, 3});
  @TempDir private Path classPath;
  private ClassLoader loader = getClass().getClassLoader();

  @AfterEach
  void letGo() {
    never.countDown();
  }

  /** Offers factories by a service file, as a jar does. */
  private void offer(Class<?>... factories) {
    try {
      Path jar = Files.createTempDirectory(classPath, "jar");
      Path services = Files.createDirectories(jar.resolve("META-INF/services"));
      Files.write(
          services.resolve(CredentialProviderFactory.class.getName()),
          Stream.of(factories).map(Class::getName).toList());
      loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, loader);
    } catch (MalformedURLException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private CredentialManagers open(ManagerConfiguration... configurations) {
    return CredentialManagers.open(List.of(configurations), Plugins.on(loader), clock, LIMITS);
  }

  private PosternException refused(ErrorCode code, ManagerConfiguration... configurations) {
    List<PosternException> seen = new ArrayList<>();
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(() -> open(configurations))
        .satisfies(e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code))
        .satisfies(seen::add);
    return seen.get(0);
  }

  private static ManagerConfiguration discovered(String name, String provider) {
    return ManagerConfiguration.of(name, provider, Settings.none());
  }

  /** A plug-in as a vendor would write it. */
  public static class Boxes implements CredentialProviderFactory {
    @Override
    public PluginIdentity identity() {
      return PluginIdentity.of("boxes", "1.0");
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of();
    }

    @Override
    public CredentialProvider create(Settings settings, PluginContext context) {
      return new LedgerVault();
    }
  }

  /** Another one of the same name. */
  public static final class OtherBoxes extends Boxes {}

  /** A plug-in of a later time. */
  public static final class Later extends Boxes {
    @Override
    public PluginIdentity identity() {
      return new PluginIdentity("later", "9", PluginIdentity.SPI_VERSION + 1);
    }
  }

  /** A plug-in that cannot even be made. */
  public static final class Broken extends Boxes {
    public Broken() {
      throw new IllegalStateException("cannot be made");
    }
  }

  /** A factory passed by hand, which says what is closed. */
  private final class Watched extends Boxes {
    private final String name;
    private final Runnable making;
    private final Runnable closing;

    Watched(String name, Runnable making, Runnable closing) {
      this.name = name;
      this.making = making;
      this.closing = closing;
    }

    Watched(String name) {
      this(name, () -> {}, () -> {});
    }

    @Override
    public List<Setting<?>> settings() {
      return List.of(
          Setting.text("url", "where it is").required(),
          Setting.secret("token", "how it is entered").required());
    }

    @Override
    public List<String> validate(Settings settings) {
      return settings.get(Setting.text("url", "")).startsWith("https:")
          ? List.of()
          : List.of("url must begin with https:");
    }

    @Override
    public CredentialProvider create(Settings settings, PluginContext context) {
      making.run();
      return new LedgerVault() {
        @Override
        public void close() {
          CredentialManagersTest.this.closed.add(
              name + (secret.isClosed() ? " after its secret" : ""));
          closing.run();
        }
      };
    }

    ManagerConfiguration configured() {
      return ManagerConfiguration.byHand(
          name, this, Settings.with("url", "https://x").and("token", secret));
    }
  }

  @Nested
  class Discovery {
    @BeforeEach
    void offered() {
      offer(Broken.class, Boxes.class, Later.class);
    }

    @Test
    @Rule("ECM-1")
    void open_ofAnOfferedName_makesIt() {
      try (CredentialManagers managers = open(discovered("site", "boxes"))) {
        assertThat(managers.all()).extracting(NamedProvider::name).containsExactly("site");
      }
    }

    @Test
    @Rule("ECM-1")
    void open_ofNothing_makesNothing() {
      try (CredentialManagers managers = open()) {
        assertThat(managers.all()).isEmpty();
      }
    }

    @Test
    @Rule("ECM-1")
    void open_ofAnUnknownName_namesTheNearest() {
      assertThat(refused(ErrorCode.PLUGIN_UNKNOWN, discovered("site", "boxxes")))
          .hasMessageContaining("did you mean 'boxes'?");
      assertThat(refused(ErrorCode.PLUGIN_UNKNOWN, discovered("site", "vualt")))
          .hasMessageContaining("did you mean 'vault'?")
          .hasMessageContaining("io.postern:postern-credential-vault");
    }

    @Test
    void open_ofAShippedNameThatIsAbsent_namesTheArtifact() {
      assertThat(refused(ErrorCode.PLUGIN_UNKNOWN, discovered("site", "encrypted-file")))
          .hasMessageContaining("io.postern:postern-credential-encrypted-file");
    }

    @Test
    void open_ofTwoWithOneName_namesBothPlaces() {
      offer(OtherBoxes.class);
      assertThat(refused(ErrorCode.PLUGIN_DUPLICATE, discovered("site", "boxes")))
          .hasMessageContaining(Boxes.class.getName())
          .hasMessageContaining(OtherBoxes.class.getName())
          .hasMessageContaining("test-classes");
    }

    @Test
    void open_ofAPlugInForALaterPostern_isRefused() {
      assertThat(refused(ErrorCode.PLUGIN_FAILED, discovered("site", "later")))
          .hasMessageContaining("version 2")
          .hasMessageContaining("version 1");
    }
  }

  @Nested
  class SettingsOfAll {
    @Test
    @Rule("ECM-3")
    void open_withFaults_namesThoseOfAllManagersBeforeAnythingIsMade() {
      List<String> made = new ArrayList<>();
      Watched first = new Watched("one", () -> made.add("one"), () -> {});
      PosternException refused =
          refused(
              ErrorCode.SETTINGS_INVALID,
              first.configured(),
              ManagerConfiguration.byHand("two", new Watched("two"), Settings.with("ulr", "x")),
              ManagerConfiguration.byHand(
                  "one",
                  new Watched("one"),
                  Settings.with("url", "http://x").and("token", secret)));
      assertThat(refused.faults())
          .hasSize(5)
          .anyMatch(fault -> fault.contains("'two'") && fault.contains("'url' is missing"))
          .anyMatch(fault -> fault.contains("'two'") && fault.contains("'token' is missing"))
          .anyMatch(fault -> fault.contains("did you mean 'url'?"))
          .anyMatch(fault -> fault.contains("https:"))
          .anyMatch(fault -> fault.contains("two credential managers are named 'one'"));
      assertThat(made).isEmpty();
      assertThat(secret.isClosed()).isTrue();
    }
  }

  @Nested
  class Closing {
    @Test
    void close_endsInReverseOrder_andSecretsAfterTheirPlugIn() {
      CredentialManagers managers =
          open(new Watched("one").configured(), new Watched("two").configured());
      managers.close();
      managers.close();
      // They share the one secret, which goes with the last manager.
      assertThat(closed).containsExactly("two", "one after its secret");
      assertThat(secret.isClosed()).isTrue();
    }

    @Test
    void open_whenALaterOneFails_closesThoseThatWereMade() {
      Watched failing =
          new Watched(
              "two",
              () -> {
                throw new IllegalStateException("no");
              },
              () -> {});
      refused(ErrorCode.PLUGIN_FAILED, new Watched("one").configured(), failing.configured());
      assertThat(closed).containsExactly("one");
      assertThat(secret.isClosed()).isTrue();
    }

    @Test
    @Rule("ECM-6")
    void close_ofAPlugInThatHangs_closesTheOthersAndSaysSo() {
      Watched hanging =
          new Watched(
              "two",
              () -> {},
              () -> {
                try {
                  never.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });
      CredentialManagers managers =
          CredentialManagers.open(
              List.of(new Watched("one").configured(), hanging.configured()),
              Plugins.on(loader),
              clock,
              CredentialLimits.standard().perCall(Duration.ofMillis(500)).atOnce(4));
      assertThatExceptionOfType(PosternException.class)
          .isThrownBy(managers::close)
          .withMessageContaining("'two'")
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PLUGIN_FAILED));
      assertThat(closed).hasSize(2);
      assertThat(secret.isClosed()).isTrue();
    }
  }
}
