package io.postern.checks;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The modules of this build, as they lie on disk. A new module is added to {@link #PUBLISHED}. */
final class PosternModules {
  /**
   * One module of the build.
   *
   * @param folder below the root of the repository
   * @param name its JPMS name, and what the names of all of its packages begin with
   */
  record PosternModule(String folder, String name) {
    Path sources() {
      return ROOT.resolve(folder).resolve("src/main/java");
    }

    Path classes() {
      return ROOT.resolve(folder).resolve("target/classes");
    }

    @Override
    public String toString() {
      return folder;
    }
  }

  /**
   * The root of the repository: tests run in their module's folder, or in the root in some IDEs.
   */
  static final Path ROOT = findRoot();

  static final PosternModule API = new PosternModule("sdk-api", "io.postern");
  static final PosternModule CORE = new PosternModule("sdk-core", "io.postern.core");

  static final List<PosternModule> PUBLISHED =
      List.of(
          API,
          CORE,
          new PosternModule("sdk-tck", "io.postern.tck"),
          new PosternModule("providers/credential-encrypted-file", "io.postern.credential.file"),
          new PosternModule("providers/credential-vault", "io.postern.credential.vault"),
          new PosternModule("providers/credential-aws", "io.postern.credential.aws"),
          new PosternModule("providers/connector-ssh", "io.postern.connector.ssh"));

  private PosternModules() {}

  /**
   * What the packages of every published module but sdk-api begin with, less {@code io.postern.}.
   */
  static List<String> behindTheApi() {
    return PUBLISHED.stream()
        .filter(module -> !module.equals(API))
        .map(module -> module.name().substring("io.postern.".length()))
        .toList();
  }

  static JavaClasses importAll() {
    return importPaths(PUBLISHED.stream().map(PosternModule::classes).toList());
  }

  static JavaClasses importPaths(List<Path> paths) {
    return new ClassFileImporter()
        .withImportOption(new ImportOption.DoNotIncludePackageInfos())
        .withImportOption(location -> !location.contains("module-info"))
        .importPaths(paths.stream().filter(Files::isDirectory).toList());
  }

  static List<Path> files(Path directory, String suffix) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> found = Files.walk(directory)) {
      return found
          .filter(file -> file.toString().endsWith(suffix))
          .filter(file -> !ROOT.relativize(file).toString().contains("target/"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path findRoot() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(directory.resolve(".mvn/jvm.config"))) {
      directory = directory.getParent();
      if (directory == null) {
        throw new IllegalStateException("not inside Postern's repository");
      }
    }
    return directory;
  }
}
