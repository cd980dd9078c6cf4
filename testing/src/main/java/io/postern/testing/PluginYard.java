package io.postern.testing;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Compiles plug-ins, and the libraries they bring, into jars of a plug-in folder. */
public final class PluginYard {
  private static final String PROVIDER =
      "META-INF/services/io.postern.spi.credential.CredentialProviderFactory";
  private static final String CONNECTOR =
      "META-INF/services/io.postern.spi.connector.ConnectorFactory";

  private final Path work;
  private final Path folder;
  private final Path trust;
  private final String api;
  private int made;

  /**
   * @param work an empty directory
   * @param ofTheApi any class of what plug-ins compile against
   */
  public PluginYard(Path work, Class<?> ofTheApi) throws IOException {
    this.work = work;
    this.api = place(ofTheApi);
    this.folder = Files.createDirectory(work.resolve("plugins"));
    this.trust = work.resolve("trust");
  }

  public Path folder() {
    return folder;
  }

  public Path trust() {
    return trust;
  }

  /** What a credential provider looks like; where several things can be done otherwise. */
  public record Provider(
      String packageName, String name, String statics, String constructor, String find) {
    public static Provider named(String name) {
      return new Provider("vendor." + name.replace('-', '_'), name, "", "", found("\"ora\""));
    }

    /** The user name that it finds, as an expression of Java. */
    public static String found(String username) {
      return "return java.util.List.of(FoundCredential.of(\"key\", "
          + username
          + ", io.postern.credential.CredentialKind.PASSWORD,"
          + " io.postern.credential.Candidate.Precedence.ITEM));";
    }

    public Provider statics(String code) {
      return new Provider(packageName, name, code, constructor, find);
    }

    public Provider constructor(String code) {
      return new Provider(packageName, name, statics, code, find);
    }

    public Provider find(String code) {
      return new Provider(packageName, name, statics, constructor, code);
    }

    public String className() {
      return packageName + ".Plugin";
    }

    String source() {
      return """
          package %s;
          import io.postern.spi.*;
          import io.postern.spi.credential.*;
          public final class Plugin implements CredentialProviderFactory, CredentialProvider {
            %s
            public Plugin() { %s }
            public PluginIdentity identity() { return PluginIdentity.of("%s", "1.0"); }
            public java.util.List<Setting<?>> settings() { return java.util.List.of(); }
            public CredentialProvider create(Settings settings, PluginContext context) { return this; }
            public Health health(HealthCheck check) { return Health.up("here"); }
            public java.util.List<FoundCredential> find(FindRequest request) { %s }
            public Lent resolve(ResolveRequest request) {
              throw ProviderException.withoutEffect(
                  ProviderException.Failure.NOT_FOUND, "it has no credential", "", null);
            }
            public void release(ReleaseRequest request) {}
            public void close() {}
          }
          """
          .formatted(packageName, statics, constructor, name, find);
    }
  }

  /**
   * Puts a provider into the sub-folder of its name, with the libraries it was compiled against.
   */
  public Path add(Provider provider, Path... libraries) {
    return add(provider.name(), provider, libraries);
  }

  public Path add(String subFolder, Provider provider, Path... libraries) {
    Path sub = subFolder(subFolder);
    Path jar =
        jar(
            sub.resolve("plugin.jar"),
            Map.of(provider.className(), provider.source()),
            Map.of(PROVIDER, provider.className() + "\n"),
            libraries);
    for (Path library : libraries) {
      copy(library, sub.resolve(String.valueOf(library.getFileName())));
    }
    return jar;
  }

  /** Puts a connector that connects to nothing into the sub-folder of its name. */
  public Path addConnector(String name) {
    String packageName = "vendor.connector." + name.replace('-', '_');
    return jar(
        subFolder(name).resolve("connector.jar"),
        Map.of(
            packageName + ".Plugin",
            """
            package %s;
            import io.postern.spi.*;
            import io.postern.spi.connector.*;
            public final class Plugin implements ConnectorFactory, Connector {
              public PluginIdentity identity() { return PluginIdentity.of("%s", "1.0"); }
              public java.util.List<Setting<?>> settings() { return java.util.List.of(); }
              public Connector create(Settings settings, PluginContext context) { return this; }
              public java.util.Set<io.postern.credential.CredentialKind> accepts() {
                return java.util.Set.of(io.postern.credential.CredentialKind.PASSWORD);
              }
              public java.util.List<String> missing(Endpoint endpoint) { return java.util.List.of(); }
              public EndpointConnection open(OpenRequest request) {
                throw new io.postern.PosternException(
                    io.postern.ErrorCode.ENDPOINT_UNREACHABLE, "it connects to nothing");
              }
              public void close() {}
            }
            """
                .formatted(packageName, name)),
        Map.of(CONNECTOR, packageName + ".Plugin\n"));
  }

  /** A library of one class {@code library.Version} with {@code static String text()}. */
  public Path library(String fileName, String text) {
    return jar(
        directory("library").resolve(fileName),
        Map.of(
            "library.Version",
            "package library; public final class Version {"
                + " public static String text() { return \""
                + text
                + "\"; } }"),
        Map.of());
  }

  /** A jar that names a provider and holds what it is told to. */
  public Path addRaw(String subFolder, String provider, Map<String, String> sources) {
    return jar(
        subFolder(subFolder).resolve("plugin.jar"),
        sources,
        provider.isEmpty() ? Map.of() : Map.of(PROVIDER, provider + "\n"));
  }

  public Path subFolder(String name) {
    try {
      return Files.createDirectories(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Compiles sources, by class name, and packs them with resources, by path. */
  public Path jar(
      Path target, Map<String, String> sources, Map<String, String> resources, Path... classPath) {
    return jar(target, new Manifest(), sources, resources, classPath);
  }

  public Path jar(
      Path target,
      Manifest manifest,
      Map<String, String> sources,
      Map<String, String> resources,
      Path... classPath) {
    try {
      Path classes = compiled(sources, classPath);
      manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
      try (OutputStream out = Files.newOutputStream(target);
          JarOutputStream jar = new JarOutputStream(out, manifest);
          Stream<Path> files = Files.walk(classes)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          entry(jar, classes.relativize(file).toString(), Files.readAllBytes(file));
        }
        for (Map.Entry<String, String> resource : new TreeMap<>(resources).entrySet()) {
          entry(jar, resource.getKey(), resource.getValue().getBytes(StandardCharsets.UTF_8));
        }
      }
      return target;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void entry(JarOutputStream jar, String name, byte[] bytes) throws IOException {
    ZipEntry entry = new ZipEntry(name);
    entry.setTime(0);
    jar.putNextEntry(entry);
    jar.write(bytes);
    jar.closeEntry();
  }

  private Path compiled(Map<String, String> sources, Path... classPath) throws IOException {
    Path source = directory("source");
    Path classes = directory("classes");
    List<String> arguments = new ArrayList<>();
    StringBuilder path = new StringBuilder(api);
    for (Path one : classPath) {
      path.append(java.io.File.pathSeparatorChar).append(one);
    }
    arguments.addAll(
        List.of("-proc:none", "-nowarn", "-d", classes.toString(), "-cp", path.toString()));
    for (Map.Entry<String, String> one : sources.entrySet()) {
      Path file = source.resolve(one.getKey().replace('.', '/') + ".java");
      Files.createDirectories(requireNonNull(file.getParent()));
      arguments.add(Files.writeString(file, one.getValue()).toString());
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    if (!sources.isEmpty()
        && compiler.run(null, null, null, arguments.toArray(String[]::new)) != 0) {
      throw new IllegalStateException("a plug-in of this test does not compile");
    }
    return classes;
  }

  private static String place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private Path directory(String name) {
    try {
      return Files.createDirectory(work.resolve(name + "-" + ++made));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path from, Path to) {
    try {
      Files.copy(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String digest(Path file) throws IOException {
    try {
      byte[] sum = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
      return HexFormat.of().formatHex(sum);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Trusts what lies in the folder now, as {@code sha256sum} in it would write it. */
  public PluginYard trustAll() {
    try (Stream<Path> files = Files.walk(folder, 2)) {
      StringBuilder lines = new StringBuilder("# written by a test\n\n");
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).sorted().toList()) {
        lines.append(digest(jar)).append("  ").append(folder.relativize(jar)).append('\n');
      }
      Files.writeString(trust, lines);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
