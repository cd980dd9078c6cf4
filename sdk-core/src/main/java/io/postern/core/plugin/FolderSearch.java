package io.postern.core.plugin;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.plugin.Discovery.Found;
import io.postern.core.plugin.LoadedPlugin.Named;
import io.postern.core.plugin.LoadedPlugin.Offer;
import io.postern.spi.PluginIdentity;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The plug-ins of one kind in the folder, as it is when this is made. A sub-folder is called as its
 * plug-in is, so that nothing runs of those that nobody configured. Used by one thread.
 */
final class FolderSearch<F> {
  private final String kind;
  private final Class<F> type;
  private final Function<F, PluginIdentity> identity;
  private final Plugins plugins;
  private final SortedMap<String, PluginFolder.Entry> entries;

  FolderSearch(String kind, Class<F> type, Function<F, PluginIdentity> identity, Plugins plugins) {
    this.kind = kind;
    this.type = type;
    this.identity = identity;
    this.plugins = plugins;
    this.entries = plugins.look();
  }

  Set<String> names() {
    return entries.keySet();
  }

  /**
   * The plug-in of this name; empty when nothing of this kind lies in a folder that is called so.
   *
   * @throws PosternException PLUGIN_UNTRUSTED, PLUGIN_DUPLICATE, PLUGIN_FAILED
   */
  Optional<Found<F>> named(String name) {
    PluginFolder.Entry entry = entries.get(name);
    if (entry == null) {
      if (plugins.misses(name)) {
        throw new PosternException(
            ErrorCode.PLUGIN_UNTRUSTED,
            "plug-in '"
                + name
                + "' is not trusted: the trust file lists its files and its folder is not there;"
                + " put it back, or take its lines out");
      }
      return Optional.empty();
    }
    LoadedPlugin plugin = plugins.load(entry);
    Runnable letGo = plugin.use();
    try {
      Offer<F> offer = plugin.offer(type, identity);
      if (offer.factories().isEmpty() && offer.broken().isEmpty()) {
        letGo.run();
        return Optional.empty();
      }
      requireNoTwin(plugin, offer);
      Named<F> one = chosen(entry, offer);
      return Optional.of(
          new Found<>(
              one.factory(),
              one.identity(),
              () -> LoadedAct.of(kind, one.identity(), entry),
              letGo));
    } catch (IOException e) {
      letGo.run();
      throw broken(entry, "one of its files is no jar, or damaged (" + e.getMessage() + ")");
    } catch (RuntimeException | Error e) {
      letGo.run();
      throw e;
    }
  }

  private Named<F> chosen(PluginFolder.Entry entry, Offer<F> offer) {
    List<Named<F>> matching =
        offer.factories().stream()
            .filter(one -> one.identity().name().equals(entry.name()))
            .toList();
    if (matching.size() == 1) {
      return matching.get(0);
    }
    if (matching.size() > 1) {
      throw new PosternException(
          ErrorCode.PLUGIN_DUPLICATE,
          "there are "
              + matching.size()
              + " plug-ins named '"
              + entry.name()
              + "' in "
              + entry.path()
              + ": "
              + String.join(
                  " and ",
                  matching.stream().map(one -> one.factory().getClass().getName()).toList())
              + "; take all but one away");
    }
    if (!offer.broken().isEmpty()) {
      throw broken(entry, String.join("; ", offer.broken()));
    }
    List<String> names = offer.factories().stream().map(one -> one.identity().name()).toList();
    throw new PosternException(
        ErrorCode.PLUGIN_UNKNOWN,
        kind
            + " '"
            + entry.name()
            + "' is not in "
            + entry.path()
            + ", which holds "
            + String.join(", ", names)
            + "; a folder is called as its plug-in is: rename it, and its lines in the trust file");
  }

  private PosternException broken(PluginFolder.Entry entry, String why) {
    return new PosternException(
        ErrorCode.PLUGIN_FAILED,
        kind
            + " '"
            + entry.name()
            + "' in "
            + entry.path()
            + " is broken: "
            + why
            + "; tell its vendor, or take the folder away");
  }

  /**
   * Refuses when another trusted folder holds the same plug-in, such as another version of it:
   * nobody should have to guess which of the two runs. Known by the classes that both name, so that
   * nothing of the other one runs. A folder that offers more is another plug-in that brings this
   * one along, or one of several in the same jar, and is called so.
   */
  private void requireNoTwin(LoadedPlugin plugin, Offer<F> offer) throws IOException {
    Set<String> ours = plugin.declared(type);
    for (PluginFolder.Entry other : entries.values()) {
      if (other.fault().isPresent()
          || other.path().toRealPath().equals(plugin.entry().path().toRealPath())
          || offer.factories().stream()
              .anyMatch(one -> one.identity().name().equals(other.name()))) {
        continue;
      }
      Set<String> theirs = declared(other);
      if (!theirs.isEmpty() && ours.containsAll(theirs)) {
        throw new PosternException(
            ErrorCode.PLUGIN_DUPLICATE,
            "there are two plug-ins named '"
                + plugin.entry().name()
                + "': in "
                + plugin.entry().path()
                + " and in "
                + other.path()
                + "; take one of them away");
      }
    }
  }

  private Set<String> declared(PluginFolder.Entry other) {
    Set<String> names = new TreeSet<>();
    for (PluginJar jar : other.jars()) {
      try (ZipFile zip = new ZipFile(jar.file().toFile())) {
        ZipEntry services = zip.getEntry("META-INF/services/" + type.getName());
        if (services != null) {
          try (BufferedReader lines =
              new BufferedReader(
                  new InputStreamReader(zip.getInputStream(services), StandardCharsets.UTF_8))) {
            names.addAll(LoadedPlugin.declaredIn(lines.lines()));
          }
        }
      } catch (IOException | RuntimeException e) {
        return Set.of(); // a broken one is no twin of one that works
      }
    }
    return names;
  }
}
