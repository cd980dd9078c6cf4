package io.postern.core.plugin;

import static java.util.Objects.requireNonNull;

import io.postern.PosternException;
import io.postern.core.plugin.LoadedPlugin.Named;
import io.postern.core.plugin.LoadedPlugin.Offer;
import io.postern.spi.PluginContext;
import io.postern.spi.PluginIdentity;
import io.postern.spi.Setting;
import io.postern.spi.Settings;
import io.postern.spi.connector.ConnectorFactory;
import io.postern.spi.credential.CredentialProviderFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Takes a plug-in through what a host does with it, step by step, by the host's own code: look,
 * trust, load, identity, settings, create, ask, close. Lies in the core's package because nothing
 * of this is for anybody else to see. Used by one thread.
 */
public final class Checkup {
  /** What an instance is told of its host. */
  private record Surroundings(InstantSource clock) implements PluginContext {
    @Override
    public String instanceName() {
      return "doctor";
    }
  }

  private final Optional<Path> trust;
  private final Optional<Settings> settings;
  private final Optional<Search> search;
  private final Findings findings;
  private final PluginContext context = new Surroundings(Clock.systemUTC());

  /**
   * @param trust the trust file that the files are held against; empty to load them as they are
   * @param settings with which an instance is made; empty to make none where settings are needed
   * @param search for which credentials are asked; empty to ask for none
   */
  public Checkup(
      Optional<Path> trust,
      Optional<Settings> settings,
      Optional<Search> search,
      Findings findings) {
    this.trust = trust;
    this.settings = settings;
    this.search = search;
    this.findings = findings;
  }

  /**
   * Looks at a jar, at a folder of jars, or at a folder of such folders. Where there is a trust
   * file a jar is looked at with the folder that it lies in: a host trusts that whole or not at
   * all.
   *
   * @param name the one sub-folder to look at; empty for all
   * @throws PosternException SETTINGS_INVALID when folder or trust file cannot be used
   */
  public void of(Path path, Optional<String> name) throws IOException {
    if (Files.isRegularFile(path) && trust.isEmpty()) {
      String file = path.getFileName().toString();
      PluginJar jar = PluginJar.of("<name>", path, path.toRealPath());
      plugin(new PluginFolder.Entry("", path, List.of(jar), Optional.empty()), file);
    } else if (Files.isRegularFile(path)) {
      folderOfJars(requireNonNull(path.getParent()));
    } else if (holdsJars(path)) {
      folderOfJars(path);
    } else {
      folder(path, name);
    }
  }

  private void folderOfJars(Path path) {
    Path above = path.getParent();
    if (above == null) {
      findings.wrong(path + " is no folder of a plug-in", "put the jars into one of their own");
    } else {
      folder(above, Optional.of(path.getFileName().toString()));
    }
  }

  private static boolean holdsJars(Path path) throws IOException {
    try (Stream<Path> files = Files.list(path)) {
      return files.anyMatch(file -> file.toString().endsWith(".jar"));
    }
  }

  private void folder(Path path, Optional<String> name) {
    PluginFolder folder = new PluginFolder(path, trust);
    List<PluginFolder.Entry> entries =
        name.map(one -> List.of(folder.look(one)))
            .orElseGet(() -> List.copyOf(folder.look().values()));
    if (entries.isEmpty()) {
      findings.wrong(
          "there is no plug-in in " + path, "make a sub-folder for each, called as the plug-in is");
    }
    if (entries.size() > 1 && settings.isPresent()) {
      findings.wrong(
          "the settings are for one plug-in and there are " + entries.size(),
          "say which by --plugin");
      return;
    }
    entries.forEach(entry -> plugin(entry, entry.path().toString()));
  }

  private void plugin(PluginFolder.Entry entry, String called) {
    findings.heading(called);
    if (entry.fault().isPresent()) {
      findings.wrong(String.valueOf(entry.fault().get().getMessage()), "");
      return;
    }
    if (trust.isPresent()) {
      findings.good("its files are those of the trust file");
    } else {
      findings.note(
          "the lines that trust it:\n"
              + String.join("\n", entry.jars().stream().map(TrustFile::line).toList()));
    }
    new JarContents(entry.jars(), findings).look();
    try (Plugins copies = Plugins.on(Checkup.class.getClassLoader())) {
      LoadedPlugin plugin = copies.load(entry);
      Runnable letGo = plugin.use();
      kinds(entry, plugin);
      letGo.run();
    } catch (PosternException e) {
      findings.wrong(String.valueOf(e.getMessage()), "");
    }
  }

  private void kinds(PluginFolder.Entry entry, LoadedPlugin plugin) {
    List<Callable<Boolean>> kinds =
        List.of(
            () ->
                kind(
                    entry,
                    plugin,
                    "credential provider",
                    CredentialProviderFactory.class,
                    CredentialProviderFactory::identity,
                    factory ->
                        new ProviderCheckup(factory, context, search, steps(plugin), findings)),
            () ->
                kind(
                    entry,
                    plugin,
                    "connector",
                    ConnectorFactory.class,
                    ConnectorFactory::identity,
                    factory ->
                        new ConnectorCheckup(factory, context, search, steps(plugin), findings)));
    int offered = 0;
    try {
      for (Callable<Boolean> kind : kinds) {
        offered += kind.call() ? 1 : 0;
      }
    } catch (Exception e) {
      findings.wrong("it cannot be read (" + e + ")", "copy it there anew");
      return;
    }
    if (offered == 0) {
      findings.wrong(
          "it names no plug-in",
          "name the factory in META-INF/services/"
              + CredentialProviderFactory.class.getName()
              + " or …/"
              + ConnectorFactory.class.getName());
    }
  }

  private Steps steps(LoadedPlugin plugin) {
    return new Steps(plugin.loader(), findings);
  }

  /** What is looked at of one kind of plug-in. */
  interface Kind {
    List<Setting<?>> declared();

    List<String> validate(Settings settings);

    /** Makes an instance, asks it, and closes it. */
    void use(Settings settings);
  }

  private <F> boolean kind(
      PluginFolder.Entry entry,
      LoadedPlugin plugin,
      String kind,
      Class<F> type,
      Function<F, PluginIdentity> identity,
      Function<F, Kind> checkup)
      throws IOException {
    if (plugin.declared(type).isEmpty()) {
      return false;
    }
    Offer<F> offer = plugin.offer(type, identity);
    offer
        .broken()
        .forEach(
            why ->
                findings.wrong(
                    why,
                    "see that META-INF/services names a public class with a public constructor"
                        + " without parameters, and that every library it needs lies beside it"));
    for (Named<F> one : offer.factories()) {
      identity(entry, kind, one.identity());
      instance(one.identity().name(), checkup.apply(one.factory()));
    }
    return true;
  }

  private void identity(PluginFolder.Entry entry, String kind, PluginIdentity said) {
    findings.good(kind + " '" + said.name() + "' " + said.version());
    if (said.spiVersion() > PluginIdentity.SPI_VERSION) {
      findings.wrong(
          "it was written against version "
              + said.spiVersion()
              + " of the plug-in interfaces, and this is version "
              + PluginIdentity.SPI_VERSION,
          "use a newer Postern, or an older plug-in");
    }
    if (!entry.name().isEmpty() && !entry.name().equals(said.name())) {
      findings.wrong(
          "its folder is called '" + entry.name() + "', so that no host finds it there",
          "rename the folder '" + said.name() + "', and its lines in the trust file");
    }
  }

  private void instance(String name, Kind kind) {
    try {
      List<Setting<?>> declared = kind.declared();
      for (Setting<?> setting : declared) {
        findings.note(
            "setting "
                + setting.key()
                + " ("
                + setting.type()
                + (setting.isRequired() ? ", required" : "")
                + setting.defaultValue().map(value -> ", default " + value).orElse("")
                + "): "
                + setting.help());
      }
      Settings given = settings.orElseGet(Settings::none);
      List<String> faults = new ArrayList<>(given.faults(declared));
      if (faults.isEmpty()) {
        faults.addAll(kind.validate(given));
      }
      if (faults.isEmpty()) {
        findings.good("its settings");
        kind.use(given);
      } else if (settings.isEmpty()) {
        findings.note("no instance was made: it needs settings, and no file with them was named");
        findings.untried("making an instance of '" + name + "' and asking it (name its settings)");
      } else {
        faults.forEach(
            fault ->
                findings.wrong(
                    fault,
                    fault.contains("as a Secret")
                        ? "put it into a file of its own and write key=@file here"
                        : ""));
      }
    } catch (Steps.FailedException e) {
      // It was said when it failed; nothing that comes after it can be tried.
    }
  }
}
