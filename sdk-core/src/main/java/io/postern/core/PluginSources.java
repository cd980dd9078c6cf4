package io.postern.core;

import static java.util.Objects.requireNonNull;

import io.postern.core.plugin.Plugins;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where plug-ins are looked for. Immutable; the methods give changed copies.
 *
 * @param folder whose sub-folders are plug-ins
 * @param trust the file that says which of their files may be loaded; empty to trust all
 */
record PluginSources(ClassLoader loader, Optional<Path> folder, Optional<Path> trust) {
  /** What this library's own class loader sees. */
  static PluginSources besideThisLibrary() {
    return new PluginSources(
        requireNonNull(PluginSources.class.getClassLoader()), Optional.empty(), Optional.empty());
  }

  PluginSources on(ClassLoader other) {
    return new PluginSources(other, folder, trust);
  }

  PluginSources in(Path pluginFolder, Optional<Path> trustFile) {
    return new PluginSources(loader, Optional.of(pluginFolder), trustFile);
  }

  Plugins open() {
    return folder.map(path -> Plugins.on(loader, path, trust)).orElseGet(() -> Plugins.on(loader));
  }
}
