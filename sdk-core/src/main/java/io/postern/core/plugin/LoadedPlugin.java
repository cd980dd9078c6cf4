package io.postern.core.plugin;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.plugin.HeldStep.FailedException;
import io.postern.spi.PluginIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One plug-in of the folder in a class loader of its own, on copies that nobody else can change.
 * Closed when the last of its users lets go. Safe for use by several threads.
 */
final class LoadedPlugin {
  /** A factory of the plug-in that said who it is. */
  record Named<F>(F factory, PluginIdentity identity) {}

  /** What the plug-in offers of one kind, and what is broken of it. */
  record Offer<F>(List<Named<F>> factories, List<String> broken) {}

  private static final Logger log = LoggerFactory.getLogger(LoadedPlugin.class);

  private final PluginFolder.Entry entry;
  private final Path copies;
  private final IsolatedLoader loader;
  private final Duration limit;
  private final Runnable closed;
  private int users;

  private LoadedPlugin(
      PluginFolder.Entry entry,
      Path copies,
      IsolatedLoader loader,
      Duration limit,
      Runnable closed) {
    this.entry = entry;
    this.copies = copies;
    this.loader = loader;
    this.limit = limit;
    this.closed = closed;
  }

  /**
   * Copies the files and makes the loader; nothing of the plug-in runs yet.
   *
   * @param copies an empty folder for this plug-in alone
   * @param limit how long it may take to say who it is
   * @param closed runs when the loader is closed
   * @throws PosternException PLUGIN_UNTRUSTED when a file is no longer what was looked at;
   *     PLUGIN_FAILED
   */
  static LoadedPlugin of(PluginFolder.Entry entry, Path copies, Duration limit, Runnable closed) {
    try {
      List<URL> jars = new ArrayList<>();
      for (int i = 0; i < entry.jars().size(); i++) {
        PluginJar jar = entry.jars().get(i);
        // Numbered, because file systems differ in which names they take for one.
        Path copy = copies.resolve(i + "-" + jar.file().getFileName());
        if (!jar.copyTo(copy)) {
          throw new PosternException(
              ErrorCode.PLUGIN_UNTRUSTED,
              "plug-in '"
                  + entry.name()
                  + "' is not trusted: "
                  + jar.listed()
                  + " was changed while it was being loaded; see who writes there");
        }
        // A class loader would pass over a file that is none, and say that classes are missing.
        new ZipFile(copy.toFile()).close();
        jars.add(copy.toUri().toURL());
      }
      return new LoadedPlugin(entry, copies, new IsolatedLoader(entry.name(), jars), limit, closed);
    } catch (ZipException e) {
      PrivateCopies.remove(copies);
      throw new PosternException(
          ErrorCode.PLUGIN_FAILED,
          "plug-in '"
              + entry.name()
              + "' in "
              + entry.path()
              + " is broken: one of its files is no jar, or damaged ("
              + e.getMessage()
              + "); copy it there anew");
    } catch (IOException e) {
      PrivateCopies.remove(copies);
      throw new PosternException(
          ErrorCode.PLUGIN_FAILED,
          "plug-in '" + entry.name() + "' in " + entry.path() + " cannot be copied (" + e + ")");
    } catch (RuntimeException e) {
      PrivateCopies.remove(copies);
      throw e;
    }
  }

  /** Whether this is what lies in the folder now. */
  boolean isSameAs(PluginFolder.Entry other) {
    return entry.name().equals(other.name()) && entry.jars().equals(other.jars());
  }

  PluginFolder.Entry entry() {
    return entry;
  }

  IsolatedLoader loader() {
    return loader;
  }

  /** One user more; what it gives lets go of the plug-in, and is harmless when run twice. */
  synchronized Runnable use() {
    users++;
    AtomicBoolean over = new AtomicBoolean();
    return () -> {
      if (over.compareAndSet(false, true)) {
        letGo();
      }
    };
  }

  private void letGo() {
    synchronized (this) {
      if (--users > 0) {
        return;
      }
    }
    close();
  }

  /** Closes the loader, whoever uses it. Harmless when done twice. */
  void close() {
    closed.run();
    try {
      loader.close();
    } catch (IOException e) {
      log.debug("plug-in did not close plugin={}", entry.name(), e);
    }
    PrivateCopies.remove(copies);
    log.debug("plug-in unloaded plugin={}", entry.name());
  }

  /**
   * The classes that the plug-in names as its factories of one kind; reads and runs nothing else.
   */
  Set<String> declared(Class<?> type) throws IOException {
    Set<String> names = new TreeSet<>();
    for (URL url : Collections.list(loader.findResources("META-INF/services/" + type.getName()))) {
      try (BufferedReader lines =
          new BufferedReader(new InputStreamReader(url.openStream(), StandardCharsets.UTF_8))) {
        names.addAll(declaredIn(lines.lines()));
      }
    }
    return names;
  }

  static List<String> declaredIn(Stream<String> lines) {
    return lines
        .map(line -> line.replaceFirst("#.*", "").strip())
        .filter(name -> !name.isEmpty())
        .toList();
  }

  /** Has the plug-in's factories of one kind made, and asks them who they are. */
  <F> Offer<F> offer(Class<F> type, Function<F, PluginIdentity> identity) {
    Offer<F> offer = new Offer<>(new ArrayList<>(), new ArrayList<>());
    try {
      if (!declared(type).isEmpty()) {
        Offer<F> answered =
            new HeldStep(entry.name(), loader, limit).run(() -> discovered(type, identity));
        offer = answered;
      }
    } catch (FailedException e) {
      offer.broken().add(String.valueOf(e.getMessage()));
    } catch (IOException | RuntimeException e) {
      offer.broken().add("one of its files is no jar, or damaged (" + e.getMessage() + ")");
    }
    return offer;
  }

  private <F> Offer<F> discovered(Class<F> type, Function<F, PluginIdentity> identity) {
    Offer<F> offer = new Offer<>(new ArrayList<>(), new ArrayList<>());
    Iterator<F> factories = ServiceLoader.load(type, loader).iterator();
    boolean more = true;
    // The bound is for a plug-in whose files fail at the same place for ever.
    while (more && offer.broken().size() < 100) {
      try {
        more = factories.hasNext();
        if (more) {
          F factory = factories.next();
          PluginIdentity said = identity.apply(factory);
          if (said == null) {
            offer.broken().add(factory.getClass().getName() + " does not say who it is");
          } else {
            offer.factories().add(new Named<>(factory, said));
          }
        }
      } catch (ServiceConfigurationError | RuntimeException | LinkageError e) {
        offer.broken().add(HeldStep.why(e));
      }
    }
    return offer;
  }
}
