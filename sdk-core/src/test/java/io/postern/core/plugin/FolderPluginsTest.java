package io.postern.core.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.Refused;
import io.postern.core.plugin.Discovery.Found;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.spi.CallContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Settings;
import io.postern.spi.connector.ConnectorFactory;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.FoundCredential;
import io.postern.testing.PluginYard;
import io.postern.testing.PluginYard.Provider;
import io.postern.testing.Rule;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plug-ins in a folder: how they are found, what they see, and that nothing of them stays. */
class FolderPluginsTest {
  @TempDir Path directory;

  private PluginYard yard;
  private Plugins plugins;

  @BeforeEach
  void open() throws IOException {
    yard = new PluginYard(directory, PluginIdentity.class);
    plugins = opened(getClass().getClassLoader());
  }

  @AfterEach
  void close() {
    plugins.close();
  }

  private Plugins opened(ClassLoader loader) {
    return new Plugins(
        loader,
        Optional.of(new PluginFolder(yard.folder(), Optional.of(yard.trust()))),
        Duration.ofSeconds(5));
  }

  private Discovery<CredentialProviderFactory> providers() {
    return new Discovery<>(
        "credential provider",
        CredentialProviderFactory.class,
        CredentialProviderFactory::identity,
        Map.of("vault", "io.postern:postern-credential-vault"),
        plugins);
  }

  private Found<CredentialProviderFactory> found(String name) {
    return providers().named(name);
  }

  private PosternException refused(ErrorCode code, String name) {
    return Refused.with(code, () -> found(name));
  }

  /** What the plug-in finds, as its user name: what its own code saw. */
  private static String answer(Found<CredentialProviderFactory> plugin) {
    FindRequest request =
        new FindRequest(
            new Endpoint(
                JumpItemId.of("db"), "db", "loop", "db", 1, Optional.empty(), "", Map.of()),
            "",
            new CallContext(
                Person.named("maya", "Maya").build(),
                Optional.empty(),
                Optional.empty(),
                "find",
                "1",
                Instant.EPOCH));
    List<FoundCredential> answer =
        plugin.factory().create(Settings.none(), new Surroundings()).find(request);
    return answer.get(0).username();
  }

  private record Surroundings() implements io.postern.spi.PluginContext {
    @Override
    public String instanceName() {
      return "test";
    }

    @Override
    public InstantSource clock() {
      return InstantSource.fixed(Instant.EPOCH);
    }
  }

  private static String seen(String className) {
    return Provider.found("seen()")
        + "} private static String seen() { try { return Class.forName(\""
        + className
        + "\").getClassLoader() + \"\"; } catch (Throwable e) { return \"not seen\"; }";
  }

  @Nested
  class Isolation {
    @Test
    @Rule("ECM-1")
    void twoPlugins_withTwoVersionsOfOneLibrary_eachRunTheirOwn() {
      Path one = yard.library("lib-1.jar", "version one");
      Path two = yard.library("lib-2.jar", "version two");
      String find = Provider.found("library.Version.text()");
      yard.add(Provider.named("red").find(find), one);
      yard.add(Provider.named("blue").find(find), two);
      yard.trustAll();
      Discovery<CredentialProviderFactory> providers = providers();
      Found<CredentialProviderFactory> red = providers.named("red");
      Found<CredentialProviderFactory> blue = providers.named("blue");
      assertThat(answer(red)).isEqualTo("version one");
      assertThat(answer(blue)).isEqualTo("version two");
      assertThat(red.identity().name()).isEqualTo("red");
    }

    @Test
    @Rule("ECM-1")
    void aPlugin_seesTheApiLoggingAndThePlatform_andNothingElseOfTheHost() {
      yard.add(Provider.named("api").find(seen(PluginIdentity.class.getName())));
      yard.add(Provider.named("logging").find(seen("org.slf4j.Logger")));
      yard.add(Provider.named("sql").find(seen("java.sql.Driver")));
      yard.add(Provider.named("core").find(seen(Discovery.class.getName())));
      yard.add(Provider.named("guice").find(seen("com.google.inject.Guice")));
      yard.add(Provider.named("tests").find(seen(FolderPluginsTest.class.getName())));
      yard.trustAll();
      String host = String.valueOf(PluginIdentity.class.getClassLoader());
      assertThat(answer(found("api"))).isEqualTo(host);
      assertThat(answer(found("logging"))).isEqualTo(host);
      assertThat(answer(found("sql"))).isNotEqualTo("not seen");
      assertThat(answer(found("core"))).isEqualTo("not seen");
      assertThat(answer(found("guice"))).isEqualTo("not seen");
      assertThat(answer(found("tests"))).isEqualTo("not seen");
    }

    @Test
    void aPlugin_readsItsOwnResourcesOnly_andRunsUnderItsOwnLoader() {
      String find =
          Provider.found(
                  "text(\"own.txt\") + text(\"META-INF/services/org.junit.platform.engine.TestEngine\")")
              + "} private static String text(String name) {"
              + " try (java.io.InputStream in = Thread.currentThread().getContextClassLoader()"
              + "   .getResource(name).openStream()) { return new String(in.readAllBytes()); }"
              + " catch (Exception e) { return \" and nothing of the host\"; }";
      Provider provider =
          Provider.named("reader")
              .statics(
                  "private static final ClassLoader SEEN ="
                      + " Thread.currentThread().getContextClassLoader();")
              .find("Thread.currentThread().setContextClassLoader(SEEN); " + find);
      Path jar = yard.add(provider);
      yard.jar(jar.resolveSibling("more.jar"), Map.of(), Map.of("own.txt", "its own"));
      yard.trustAll();
      ClassLoader before = Thread.currentThread().getContextClassLoader();
      try {
        assertThat(answer(found("reader"))).isEqualTo("its own and nothing of the host");
      } finally {
        Thread.currentThread().setContextClassLoader(before);
      }
    }

    @Test
    @Rule("ECM-2")
    void aManifestsClassPath_toAFileThatIsNotListed_isNotFollowed() {
      Path stranger = yard.library("stranger.jar", "a stranger");
      Manifest manifest = new Manifest();
      manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, stranger.toUri().toString());
      Path jar = yard.add(Provider.named("lured").find(seen("library.Version")));
      yard.jar(jar.resolveSibling("lure.jar"), manifest, Map.of(), Map.of("lure.txt", "x"));
      yard.trustAll();
      Found<CredentialProviderFactory> lured = found("lured");
      assertThat(answer(lured)).isEqualTo("not seen");
      assertThat(answer(lured)).as("asked again").isEqualTo("not seen");
    }

    @Test
    void theApisPackages_areThoseOfItsModule() throws IOException {
      Path here = Path.of("sdk-api/src/main/java/module-info.java");
      Path source = Files.exists(here) ? here : Path.of("..").resolve(here);
      Matcher export = Pattern.compile("exports ([\\w.]+);").matcher(Files.readString(source));
      Set<String> exported = new TreeSet<>();
      while (export.find()) {
        exported.add(export.group(1));
      }
      assertThat(exported).isNotEmpty().allMatch(IsolatedLoader::isApi);
      assertThat(exported).containsAll(IsolatedLoader.API);
    }
  }

  @Nested
  class Finding {
    @Test
    @Rule("ECM-1")
    void nothing_ofAPluginRuns_unlessItIsNamed() {
      Path ran = directory.resolve("ran");
      yard.add(
          Provider.named("sleeper")
              .statics(
                  "static { try { java.nio.file.Files.createFile(java.nio.file.Path.of(\""
                      + ran
                      + "\")); } catch (java.io.IOException e) {"
                      + " throw new java.io.UncheckedIOException(e); } }"));
      yard.add(Provider.named("worker"));
      yard.trustAll();
      found("worker");
      refused(ErrorCode.PLUGIN_UNKNOWN, "nobody");
      assertThat(ran).doesNotExist();
      found("sleeper");
      assertThat(ran).exists();
    }

    @Test
    void providersAndConnectors_areFoundInOneFolder() {
      yard.add(Provider.named("both"));
      yard.addConnector("both");
      yard.trustAll();
      Discovery<ConnectorFactory> connectors =
          new Discovery<>(
              "connector", ConnectorFactory.class, ConnectorFactory::identity, Map.of(), plugins);
      assertThat(connectors.named("both").factory().getClass().getClassLoader())
          .isSameAs(found("both").factory().getClass().getClassLoader());
    }

    @Test
    void anUnknownName_isRefused_withTheNearestAndWhereItWasLookedFor() {
      yard.add(Provider.named("keepass"));
      yard.trustAll();
      assertThat(refused(ErrorCode.PLUGIN_UNKNOWN, "keypass"))
          .hasMessageContaining("did you mean 'keepass'?")
          .hasMessageContaining(yard.folder().toString());
      assertThat(refused(ErrorCode.PLUGIN_UNKNOWN, "vault"))
          .hasMessageContaining("add the artifact io.postern:postern-credential-vault");
      refused(ErrorCode.PLUGIN_UNKNOWN, "../plugins/keepass");
    }

    @Test
    void aFolder_calledOtherwiseThanItsPlugin_isRefused_andSaysWhatToDo() {
      yard.add("keepass-2.1", Provider.named("keepass"));
      yard.trustAll();
      assertThat(refused(ErrorCode.PLUGIN_UNKNOWN, "keepass-2.1"))
          .hasMessageContaining("which holds keepass")
          .hasMessageContaining("rename it");
      assertThat(refused(ErrorCode.PLUGIN_UNKNOWN, "keepass"))
          .hasMessageContaining("found were keepass-2.1");
    }

    @Test
    @Rule("ECM-1")
    void onePlugin_onTheClassPathAndInTheFolder_isRefused_namingBoth() throws Exception {
      yard.add(Provider.named("twice"));
      yard.trustAll();
      PluginYard other =
          new PluginYard(Files.createDirectory(directory.resolve("other")), PluginIdentity.class);
      Path jar = other.add(Provider.named("twice"));
      try (URLClassLoader classPath =
              new URLClassLoader(new URL[] {jar.toUri().toURL()}, getClass().getClassLoader());
          Plugins both = opened(classPath)) {
        plugins = both;
        assertThat(refused(ErrorCode.PLUGIN_DUPLICATE, "twice"))
            .hasMessageContaining(jar.toString())
            .hasMessageContaining(yard.folder().resolve("twice").toString());
      }
    }

    @Test
    @Rule("ECM-1")
    void onePlugin_inTwoTrustedFolders_isRefused_namingBoth() {
      yard.add(Provider.named("twice"));
      yard.add("twice-old", Provider.named("twice").find(Provider.found("\"old\"")));
      yard.trustAll();
      assertThat(refused(ErrorCode.PLUGIN_DUPLICATE, "twice"))
          .hasMessageContaining(yard.folder().resolve("twice").toString())
          .hasMessageContaining(yard.folder().resolve("twice-old").toString());
    }

    @Test
    void aPlugin_thatBringsAnotherAlong_isNoDoubleOfIt() {
      Path inner = yard.add(Provider.named("inner"));
      Path outer = yard.add(Provider.named("outer"));
      copy(inner, outer.resolveSibling("inner.jar"));
      yard.trustAll();
      assertThat(answer(found("inner"))).isEqualTo("ora");
      assertThat(found("outer").identity().name()).isEqualTo("outer");
    }

    @Test
    void aFolder_thatIsALinkToAnotherOne_isNoDoubleOfIt() throws IOException {
      yard.add("keepass-2.1", Provider.named("keepass"));
      Files.createSymbolicLink(
          yard.subFolder("keepass-2.1").resolveSibling("keepass"), Path.of("keepass-2.1"));
      StringBuilder lines = new StringBuilder();
      for (String sub : List.of("keepass", "keepass-2.1")) {
        lines
            .append(PluginJar.digest(yard.folder().resolve(sub + "/plugin.jar")))
            .append("  " + sub + "/plugin.jar\n");
      }
      Files.writeString(yard.trust(), lines);
      assertThat(answer(found("keepass"))).isEqualTo("ora");
    }

    @Test
    void aFolder_thatIsNotThere_isRefused() {
      plugins =
          Plugins.on(getClass().getClassLoader(), directory.resolve("nowhere"), Optional.empty());
      Problems problems = new Problems();
      plugins.check(problems);
      assertThat(Refused.with(ErrorCode.SETTINGS_INVALID, problems::requireNone))
          .hasMessageContaining("nowhere");
    }
  }

  private static void copy(Path from, Path to) {
    try {
      Files.copy(from, to);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Nested
  class Broken {
    @Test
    @Rule("ECM-2")
    void whatIsBroken_isRefusedWithTheReason_andStopsNobodyElse() throws IOException {
      yard.add(Provider.named("good"));
      Files.writeString(yard.subFolder("corrupt").resolve("plugin.jar"), "this is no jar");
      yard.addRaw("absent", "vendor.absent.Plugin", Map.of());
      yard.addRaw(
          "stranger",
          "vendor.Stranger",
          Map.of("vendor.Stranger", "package vendor; public class Stranger {}"));
      yard.add(
          Provider.named("throwing").constructor("throw new IllegalStateException(\"at once\");"));
      yard.add(
          Provider.named("failing")
              .statics("static { if (true) throw new StackOverflowError(\"in the beginning\"); }"));
      Path needs = yard.library("needed.jar", "x");
      yard.add(Provider.named("lacking").constructor("library.Version.text();"), needs);
      Files.delete(yard.folder().resolve("lacking/needed.jar"));
      yard.subFolder("empty");
      yard.add(
          Provider.named("hanging")
              .constructor(
                  "try { new java.util.concurrent.CountDownLatch(1).await(); }"
                      + " catch (InterruptedException e) {}"));
      yard.trustAll();
      assertThat(refused(ErrorCode.PLUGIN_FAILED, "corrupt")).hasMessageContaining("is no jar");
      assertThat(refused(ErrorCode.PLUGIN_FAILED, "absent"))
          .hasMessageContaining("vendor.absent.Plugin not found");
      assertThat(refused(ErrorCode.PLUGIN_FAILED, "stranger"))
          .hasMessageContaining("not a subtype");
      assertThat(refused(ErrorCode.PLUGIN_FAILED, "throwing"))
          .hasMessageContaining("IllegalStateException: at once");
      assertThat(refused(ErrorCode.PLUGIN_FAILED, "failing"))
          .hasMessageContaining("in the beginning");
      assertThat(refused(ErrorCode.PLUGIN_FAILED, "lacking"))
          .hasMessageContaining("library/Version");
      assertThat(refused(ErrorCode.PLUGIN_FAILED, "empty")).hasMessageContaining("no jar");
      assertThat(refused(ErrorCode.PLUGIN_FAILED, "hanging")).hasMessageContaining("PT5S");
      assertThat(answer(found("good"))).isEqualTo("ora");
      Problems problems = new Problems();
      plugins.check(problems);
      problems.requireNone();
    }
  }

  @Nested
  class Unloading {
    private final int rounds = Integer.getInteger("postern.unloads", 100);

    /** On a stack frame of its own, so that nothing of the plug-in stays in this one. */
    private WeakReference<ClassLoader> loadedAndClosed() {
      Found<CredentialProviderFactory> plugin = found("passing");
      assertThat(answer(plugin)).isEqualTo("version one");
      WeakReference<ClassLoader> loader =
          new WeakReference<>(plugin.factory().getClass().getClassLoader());
      plugin.close();
      plugin.close();
      return loader;
    }

    @Test
    @Rule("ECM-1")
    void aPlugin_loadedAndUnloadedManyTimes_leavesNoLoaderAndNoFile() throws Exception {
      Path library = yard.library("lib-1.jar", "version one");
      yard.add(Provider.named("passing").find(Provider.found("library.Version.text()")), library);
      yard.trustAll();
      List<WeakReference<ClassLoader>> loaders = new ArrayList<>();
      for (int i = 0; i < rounds; i++) {
        loaders.add(loadedAndClosed());
      }
      assertThat(kept(loaders)).isZero();
      try (Stream<Path> left = Files.walk(plugins.copies())) {
        assertThat(left.filter(file -> file.toString().endsWith(".jar"))).isEmpty();
      }
      Path copies = plugins.copies();
      plugins.close();
      plugins.close();
      assertThat(copies).doesNotExist();
    }

    private static long kept(List<WeakReference<ClassLoader>> loaders) {
      long kept = loaders.size();
      for (int i = 0; kept > 0 && i < 50; i++) {
        System.gc();
        kept = loaders.stream().filter(loader -> loader.get() != null).count();
      }
      return kept;
    }

    @Test
    void users_ofTheSameFiles_shareALoader_thatGoesWithTheLast() {
      yard.add(Provider.named("shared"));
      yard.trustAll();
      Found<CredentialProviderFactory> one = found("shared");
      Found<CredentialProviderFactory> two = found("shared");
      ClassLoader loader = one.factory().getClass().getClassLoader();
      assertThat(two.factory().getClass().getClassLoader()).isSameAs(loader);
      one.close();
      one.close();
      assertThat(found("shared").factory().getClass().getClassLoader()).isSameAs(loader);
      plugins.close();
      assertThat(loader.getResource("vendor/shared/Plugin.class")).isNull();
    }

    @Test
    void aNewVersion_getsALoaderOfItsOwn_whileTheOldOneStaysInUse() {
      Path old = yard.add(Provider.named("moving"));
      yard.trustAll();
      Found<CredentialProviderFactory> before = found("moving");
      old.toFile().delete();
      yard.add(Provider.named("moving").find(Provider.found("\"newer\"")));
      refused(ErrorCode.PLUGIN_UNTRUSTED, "moving");
      yard.trustAll();
      Found<CredentialProviderFactory> after = found("moving");
      assertThat(answer(before)).isEqualTo("ora");
      assertThat(answer(after)).isEqualTo("newer");
    }

    @Test
    void copies_thatAKilledProcessLeft_areRemoved_andThoseInUseAreNot() throws Exception {
      yard.add(Provider.named("any"));
      yard.trustAll();
      // Named as copies are only once they are whole: other processes that test remove copies, too.
      Path left = Files.createTempDirectory("test-of-copies");
      Files.writeString(left.resolve("in-use"), "");
      Files.writeString(Files.createDirectory(left.resolve("1")).resolve("0-plugin.jar"), "x");
      Path used = Files.createTempDirectory("test-of-copies");
      try (FileChannel lock =
          FileChannel.open(
              used.resolve("in-use"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        lock.lock();
        used = asCopies(used);
        left = asCopies(left);
        found("any");
        assertThat(left).doesNotExist();
        assertThat(used).exists();
      } finally {
        PrivateCopies.remove(used);
      }
    }

    private static Path asCopies(Path folder) throws IOException {
      String name = folder.getFileName().toString().replace("test-of-copies", "");
      return Files.move(folder, folder.resolveSibling("postern-plugins-1-0-" + name));
    }

    @Test
    void copies_areTheirOwnersAlone() throws IOException {
      yard.add(Provider.named("any"));
      yard.trustAll();
      found("any");
      assertThat(Files.getPosixFilePermissions(plugins.copies()))
          .allMatch(right -> right.name().startsWith("OWNER"));
    }
  }
}
