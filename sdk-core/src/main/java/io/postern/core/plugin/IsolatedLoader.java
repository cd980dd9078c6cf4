package io.postern.core.plugin;

import io.postern.spi.PluginIdentity;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.net.URLStreamHandler;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The class loader of one plug-in: the platform, Postern's API and the logging API are the host's,
 * everything else is the plug-in's own, and nothing else of the host is seen (rule ECM-1).
 */
final class IsolatedLoader extends URLClassLoader {
  /**
   * The packages of sdk-api beside {@code io.postern.spi} and below. Not "all that begins with
   * io.postern": this project's own plug-ins are called so too.
   */
  static final Set<String> API =
      Set.of(
          "io.postern",
          "io.postern.approval",
          "io.postern.audit",
          "io.postern.credential",
          "io.postern.jump",
          "io.postern.notice",
          "io.postern.person",
          "io.postern.recording",
          "io.postern.session",
          "io.postern.text");

  private static final Set<String> LOGGING =
      Set.of("org.slf4j", "org.slf4j.event", "org.slf4j.helpers", "org.slf4j.spi");

  static {
    registerAsParallelCapable();
  }

  private final Set<String> own;

  IsolatedLoader(String plugin, List<URL> jars) {
    super(
        "postern-plugin-" + plugin, jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    this.own = Set.copyOf(jars.stream().map(URL::toExternalForm).toList());
  }

  /** Whether a package comes from the host. */
  static boolean isApi(String packageName) {
    return API.contains(packageName) || (packageName + ".").startsWith("io.postern.spi.");
  }

  static boolean isShared(String packageName) {
    return isApi(packageName) || LOGGING.contains(packageName);
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    String packageName = name.substring(0, Math.max(0, name.lastIndexOf('.')));
    if (isApi(packageName)) {
      return Class.forName(name, false, PluginIdentity.class.getClassLoader());
    }
    if (LOGGING.contains(packageName)) {
      return Class.forName(name, false, LoggerFactory.class.getClassLoader());
    }
    return super.loadClass(name, resolve);
  }

  /**
   * A manifest's Class-Path may name files that nobody looked at; those are not the plug-in's.
   * Looked at before the class is defined: a defined one is given to whoever asks again.
   */
  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    URL found = super.findResource(name.replace('.', '/') + ".class");
    if (found != null && !isOwn(found)) {
      throw new ClassNotFoundException(
          name + " lies in a file that is none of the plug-in's own jars");
    }
    return super.findClass(name);
  }

  @Override
  public @Nullable URL findResource(String name) {
    URL found = super.findResource(name);
    return found == null || !isOwn(found) ? null : uncached(found);
  }

  @Override
  public Enumeration<URL> findResources(String name) throws IOException {
    List<URL> found = new ArrayList<>();
    for (URL url : Collections.list(super.findResources(name))) {
      if (isOwn(url)) {
        found.add(uncached(url));
      }
    }
    return Collections.enumeration(found);
  }

  private boolean isOwn(URL url) {
    String text = url.toExternalForm();
    int end = text.indexOf("!/");
    return text.startsWith("jar:") && end > 0 && own.contains(text.substring(4, end));
  }

  /** The platform's cache would keep the jar open when this loader is long gone. */
  private static URL uncached(URL url) {
    try {
      return new URL(null, url.toExternalForm(), new Uncached());
    } catch (MalformedURLException e) {
      throw new IllegalStateException("made of a good one", e);
    }
  }

  private static final class Uncached extends URLStreamHandler {
    @Override
    protected URLConnection openConnection(URL url) throws IOException {
      URLConnection connection = new URL(url.toExternalForm()).openConnection();
      connection.setUseCaches(false);
      return connection;
    }
  }
}
