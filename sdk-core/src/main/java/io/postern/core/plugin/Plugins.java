package io.postern.core.plugin;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The places where plug-ins are looked for: the class path, and a folder where the host names one.
 * Nothing is looked at before a configuration needs it. Safe for use by several threads.
 */
public final class Plugins implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Plugins.class);

  private final ClassLoader classPath;
  private final Optional<PluginFolder> folder;
  private final PrivateCopies copies = new PrivateCopies();
  private final List<LoadedPlugin> loaded = new ArrayList<>();
  private final List<Act> acts = new ArrayList<>();
  private final Duration limit;
  private boolean closed;

  /**
   * @param limit how long a plug-in may take to say who it is
   */
  Plugins(ClassLoader classPath, Optional<PluginFolder> folder, Duration limit) {
    this.classPath = requireNonNull(classPath, "loader");
    this.folder = folder;
    this.limit = limit;
  }

  /** What {@code loader} sees, and nothing else. */
  public static Plugins on(ClassLoader loader) {
    return new Plugins(loader, Optional.empty(), HeldStep.LIMIT);
  }

  /**
   * What {@code loader} sees, and the sub-folders of {@code folder}.
   *
   * @param trustFile lists the files that may be loaded; empty to trust all that lies there
   */
  public static Plugins on(ClassLoader loader, Path folder, Optional<Path> trustFile) {
    return new Plugins(loader, Optional.of(new PluginFolder(folder, trustFile)), HeldStep.LIMIT);
  }

  ClassLoader classPath() {
    return classPath;
  }

  /** Where else than on the class path is looked, in words. */
  String places() {
    return folder
        .map(plugins -> "on the class path or in " + plugins.path())
        .orElse("on the class path");
  }

  /**
   * What lies in the folder now; nothing where there is none.
   *
   * @throws PosternException SETTINGS_INVALID when folder or trust file cannot be used
   */
  SortedMap<String, PluginFolder.Entry> look() {
    return folder.map(PluginFolder::look).orElseGet(TreeMap::new);
  }

  /** Whether the trust file knows a sub-folder that is not there. */
  boolean misses(String name) {
    return folder.filter(plugins -> plugins.lists(name)).isPresent();
  }

  /**
   * Says what is wrong with the folder and with what lies in it. What lies there and is asked for
   * by nobody stops nobody: it is told to the log.
   */
  public void check(Problems problems) {
    problems
        .look(this::look)
        .ifPresent(
            entries ->
                entries
                    .values()
                    .forEach(
                        entry ->
                            entry
                                .fault()
                                .ifPresent(
                                    fault ->
                                        log.warn(
                                            "a plug-in in the folder cannot be used: {}",
                                            fault.getMessage()))));
  }

  /**
   * Loads a sub-folder, once for all users while its files stay the same.
   *
   * @throws PosternException PLUGIN_UNTRUSTED, PLUGIN_FAILED; CLOSED
   */
  synchronized LoadedPlugin load(PluginFolder.Entry entry) {
    entry
        .fault()
        .ifPresent(
            fault -> {
              throw new PosternException(fault.code(), String.valueOf(fault.getMessage()));
            });
    if (closed) {
      throw new PosternException(ErrorCode.CLOSED, "this Postern was closed; build a new one");
    }
    for (LoadedPlugin one : loaded) {
      if (one.isSameAs(entry)) {
        return one;
      }
    }
    LoadedPlugin[] made = new LoadedPlugin[1];
    try {
      made[0] = LoadedPlugin.of(entry, copies.fresh(), limit, () -> forget(made[0]));
    } catch (IOException e) {
      throw new PosternException(
          ErrorCode.PLUGIN_FAILED,
          "plug-in '"
              + entry.name()
              + "' cannot be loaded: there is no place for a copy of its files ("
              + e
              + "); make room in the folder for temporary files");
    }
    loaded.add(made[0]);
    return made[0];
  }

  private synchronized void forget(LoadedPlugin plugin) {
    loaded.remove(plugin);
  }

  /** Where the copies are that are loaded. */
  synchronized Path copies() throws IOException {
    return copies.root();
  }

  /** Remembers that a configuration got this plug-in. */
  synchronized void got(Act act) {
    acts.add(act);
  }

  /** What was loaded since this was asked last, for the audit trail. */
  public synchronized List<Act> loaded() {
    List<Act> all = List.copyOf(acts);
    acts.clear();
    return all;
  }

  /** Closes every class loader; what was made of them must be closed. Harmless when done twice. */
  @Override
  public void close() {
    List<LoadedPlugin> open;
    synchronized (this) {
      closed = true;
      open = List.copyOf(loaded);
    }
    open.forEach(LoadedPlugin::close);
    synchronized (this) {
      copies.close();
    }
  }
}
