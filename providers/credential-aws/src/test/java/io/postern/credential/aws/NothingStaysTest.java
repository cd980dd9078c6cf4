package io.postern.credential.aws;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider;
import io.postern.spi.credential.CredentialProviderFactory;
import io.postern.testing.Fault;
import io.postern.testing.FaultProxy;
import io.postern.testing.Rule;
import java.io.File;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Once an instance is closed, no thread and no class of the plug-in or its SDK stays. */
@Timeout(120)
class NothingStaysTest {
  private final AwsServer server = new AwsServer();

  @AfterEach
  void close() {
    server.close();
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("postern-aws") || name.startsWith("sdk-"))
        .collect(Collectors.toSet());
  }

  private static boolean becomes(java.util.function.BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        return false;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
    }
    return true;
  }

  private Settings settings() {
    return Aws.settings(server.endpoint());
  }

  @Test
  @Rule("ECM-6")
  void threads_endWithTheInstance_evenThoseThatHang() {
    server.hold("one", "x").tag("site", "true");
    try (FaultProxy proxy = FaultProxy.before(server.port())) {
      CredentialProvider provider =
          Aws.provider(
              Aws.settings("http://127.0.0.1:" + proxy.port()).and("read-timeout", "PT2S"));
      provider.find(Aws.find(Aws.MAYA, Aws.ORDERS, ""));
      proxy.fault(Fault.BLACK_HOLE);
      Aws.assertNothingDone(
          () ->
              provider.find(
                  new io.postern.spi.credential.FindRequest(
                      Aws.ORDERS, "", Aws.call(Aws.MAYA, "c", Duration.ofMillis(200)))),
          io.postern.spi.credential.ProviderException.Failure.TIMED_OUT);
      provider.close();
    }

    assertThat(becomes(() -> threads().isEmpty())).as(() -> threads().toString()).isTrue();
  }

  /** The plug-in and the SDK by themselves; the API, SLF4J and the JDK with the host. */
  private static final class PluginLoader extends URLClassLoader {
    private final ClassLoader host;

    PluginLoader(ClassLoader host) {
      super(classPath(), ClassLoader.getPlatformClassLoader());
      this.host = host;
    }

    private static URL[] classPath() {
      return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
          .filter(entry -> !entry.contains("wiremock"))
          .map(File::new)
          .map(
              file -> {
                try {
                  return file.toURI().toURL();
                } catch (MalformedURLException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .toArray(URL[]::new);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      boolean own =
          name.startsWith("io.postern.credential.aws.") || name.startsWith("software.amazon.");
      if (!own && (name.startsWith("io.postern.") || name.startsWith("org.slf4j."))) {
        return host.loadClass(name);
      }
      return super.loadClass(name, resolve);
    }
  }

  private WeakReference<ClassLoader> used(Settings settings) {
    ClassLoader loader = new PluginLoader(getClass().getClassLoader());
    CredentialProviderFactory factory =
        ServiceLoader.load(CredentialProviderFactory.class, loader).stream()
            .map(ServiceLoader.Provider::get)
            .filter(found -> found.identity().name().equals("aws"))
            .findFirst()
            .orElseThrow();
    assertThat(factory.getClass().getClassLoader()).isSameAs(loader);
    try (CredentialProvider provider = factory.create(settings, Aws.context())) {
      assertThat(provider.find(Aws.find(Aws.MAYA, Aws.ORDERS, ""))).hasSize(1);
      provider.resolve(Aws.resolve(Aws.MAYA, Aws.ORDERS, "one")).credential().close();
    }
    return new WeakReference<>(loader);
  }

  private static boolean isGone(WeakReference<ClassLoader> loader) {
    return becomes(
        () -> {
          System.gc();
          return loader.get() == null;
        });
  }

  @Test
  void classLoader_goesWithTheInstance() {
    server.hold("one", "x").tag("site", "true");
    for (int i = 0; i < 3; i++) {
      assertThat(isGone(used(settings()))).isTrue();
    }
  }

  @Test
  void classLoader_goesWithAnInstanceThatAssumedARole() {
    server.hold("one", "x").tag("site", "true");
    server.assumesRole();
    Settings role =
        settings()
            .and("role-arn", "arn:aws:iam::123456789012:role/postern")
            .and("sts-endpoint", server.endpoint());
    for (int i = 0; i < 3; i++) {
      assertThat(isGone(used(role))).isTrue();
    }
    assertThat(becomes(() -> threads().isEmpty())).as(() -> threads().toString()).isTrue();
  }

  @Test
  void classLoader_goesWithAnInstanceThatUsedTheDefaultChain() {
    server.hold("one", "x").tag("site", "true");
    System.setProperty("aws.accessKeyId", "AKIDSYSTEM");
    System.setProperty("aws.secretAccessKey", "secret");
    try {
      Settings chain = Settings.with("region", "eu-central-1").and("endpoint", server.endpoint());
      assertThat(isGone(used(chain))).isTrue();
    } finally {
      System.clearProperty("aws.accessKeyId");
      System.clearProperty("aws.secretAccessKey");
    }
  }
}
