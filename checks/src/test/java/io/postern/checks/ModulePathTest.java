package io.postern.checks;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.spi.PluginIdentity;
import io.postern.testing.PluginYard;
import io.postern.testing.PluginYard.Provider;
import io.postern.testing.Rule;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host that is a module, and requires what the guide says: Postern opens, and loads a plug-in
 * from a folder.
 */
class ModulePathTest {
  @TempDir Path directory;

  @Test
  @Rule("ECM-1")
  void postern_onTheModulePath_opensAndLoadsAPluginFromAFolder() throws Exception {
    PluginYard yard = new PluginYard(directory, PluginIdentity.class);
    yard.add(Provider.named("good"));
    yard.trustAll();
    Path host = compiled();
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-p",
                modulePath() + File.pathSeparator + host,
                "-m",
                "host/host.Main",
                directory.resolve("store").toString(),
                yard.folder().toString(),
                yard.trust().toString())
            .redirectErrorStream(true)
            .start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(text).isZero();
    assertThat(text).contains("module io.postern.core serves good");
  }

  private Path compiled() throws IOException {
    Path sources = Files.createDirectories(directory.resolve("host-sources/host"));
    Path module =
        Files.writeString(
            sources.resolveSibling("module-info.java"),
            "module host { requires io.postern.core; }");
    Path main =
        Files.writeString(
            sources.resolve("Main.java"),
            """
            package host;
            import io.postern.core.PosternBuilder;
            import io.postern.person.*;
            import io.postern.spi.Settings;
            import io.postern.spi.directory.PersonDirectory;
            import java.nio.file.Path;
            public class Main {
              public static void main(String[] paths) {
                Person ada = Person.named("ada", "Ada").with(Privilege.values()).build();
                try (var postern = PosternBuilder.create()
                    .people(PersonDirectory.of(ada))
                    .dataFolder(Path.of(paths[0]))
                    .pluginFolder(Path.of(paths[1]), Path.of(paths[2]))
                    .credentialManager("site", "good", Settings.none())
                    .build()) {
                  System.out.println(PosternBuilder.class.getModule() + " serves "
                      + postern.as(ada.id()).credentials().managers().get(0).provider());
                }
              }
            }
            """);
    Path classes = directory.resolve("host-classes");
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-proc:none",
                "-d",
                classes.toString(),
                "-p",
                modulePath(),
                module.toString(),
                main.toString());
    assertThat(status).isZero();
    return classes;
  }

  /** What the core needs at run time, and the driver of the embedded store. */
  private static String modulePath() {
    List<String> libraries =
        List.of(
            "guice-",
            "aopalliance-",
            "guava-",
            "failureaccess-",
            "jakarta.inject-api-",
            "slf4j-api-",
            "jackson-core-",
            "jspecify-",
            "caffeine-",
            "sqlite-jdbc-");
    return Stream.concat(
            Stream.of(PosternModules.API.classes(), PosternModules.CORE.classes())
                .map(Path::toString),
            Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(
                    jar ->
                        libraries.stream()
                            .anyMatch(Path.of(jar).getFileName().toString()::startsWith)))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
