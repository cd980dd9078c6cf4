package io.postern.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.credential.Candidate;
import io.postern.credential.Candidates;
import io.postern.credential.NoAnswer;
import io.postern.session.Session;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Settings;
import io.postern.testing.PluginYard;
import io.postern.testing.PluginYard.Provider;
import io.postern.testing.Rule;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Plug-ins that behave badly, and what stays of those that do not (figure G37). */
class HostilePluginsTest {
  @RegisterExtension final PosternUnderTest test = PosternUnderTest.sqlite();
  @TempDir Path directory;

  private PluginYard yard;

  @BeforeEach
  void open() throws IOException {
    yard = new PluginYard(directory, PluginIdentity.class);
  }

  private PosternBuilder builder(Path store) {
    return PosternBuilder.create().people(test.people()).dataFolder(store);
  }

  @Test
  @Rule({"ECM-2", "ECM-6"})
  void pluginsThatHangThrowErrorsAndAnswerWithoutEnd_leaveTheOthersAlone() {
    yard.add(Provider.named("good"));
    yard.add(
        Provider.named("hanging")
            .find(
                "while (true) { Thread.interrupted(); java.util.concurrent.locks.LockSupport.park(); }"));
    yard.add(Provider.named("dying").find("throw new OutOfMemoryError(\"s3cret\");"));
    yard.add(Provider.named("endless").find(endless("PASSWORD")));
    yard.add(
        Provider.named("large")
            .find(
                "throw ProviderException.withoutEffect(ProviderException.Failure.UNAVAILABLE,"
                    + " \"x\".repeat(100_000_000), \"\", null);"));
    yard.trustAll();
    test.open(
        builder -> {
          builder.pluginFolder(yard.folder(), yard.trust());
          for (String name : List.of("good", "hanging", "dying", "endless", "large")) {
            builder.credentialManager("manager-" + name, name, Settings.none());
          }
          return builder;
        });
    Scene scene = Scene.open(test);
    Session session = scene.available("maya");
    Candidates candidates = session.candidates();
    assertThat(candidates.found())
        .extracting(Candidate::id)
        .extracting(id -> id.manager())
        .containsExactlyInAnyOrder("site", "manager-good");
    assertThat(candidates.silent())
        .extracting(NoAnswer::manager, NoAnswer::code)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple("manager-hanging", ErrorCode.CREDENTIAL_TIMED_OUT),
            org.assertj.core.groups.Tuple.tuple("manager-dying", ErrorCode.PLUGIN_FAILED),
            org.assertj.core.groups.Tuple.tuple("manager-endless", ErrorCode.PLUGIN_FAILED),
            org.assertj.core.groups.Tuple.tuple("manager-large", ErrorCode.CREDENTIAL_UNAVAILABLE));
    assertThat(candidates.silent())
        .allSatisfy(one -> assertThat(one.text()).hasSizeLessThan(3_000).doesNotContain("s3cret"));
  }

  /** A list that never ends, and does not fill the memory. */
  private static String endless(String kind) {
    return """
        return new java.util.AbstractList<FoundCredential>() {
          public FoundCredential get(int index) {
            return FoundCredential.of("key" + index, "ora", io.postern.credential.CredentialKind.%s,
                io.postern.credential.Candidate.Precedence.ITEM);
          }
          public int size() { return Integer.MAX_VALUE; }
        };
        """
        .formatted(kind);
  }

  @Test
  @Rule("ECM-1")
  void aPostern_thatWasClosed_keepsNoClassLoaderOfAPlugin() {
    String property = "postern.test.loader";
    yard.add(
        Provider.named("good")
            .constructor(
                "System.getProperties().put(\""
                    + property
                    + "\", new java.lang.ref.WeakReference<>(Plugin.class.getClassLoader()));"));
    yard.trustAll();
    List<WeakReference<?>> loaders = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      builder(directory.resolve("store-" + i))
          .pluginFolder(yard.folder(), yard.trust())
          .credentialManager("site", "good", Settings.none())
          .build()
          .close();
      loaders.add((WeakReference<?>) System.getProperties().remove(property));
    }
    assertThat(loaders).doesNotContainNull();
    Awaiting.until(
        "no class loader is kept",
        () -> {
          System.gc();
          return loaders.stream().allMatch(loader -> loader.get() == null);
        });
  }
}
