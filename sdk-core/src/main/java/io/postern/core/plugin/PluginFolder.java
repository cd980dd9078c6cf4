package io.postern.core.plugin;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The folder of plug-ins: each sub-folder is one, called as its plug-in is, with its jars. Nothing
 * of a plug-in runs by looking. Immutable.
 */
final class PluginFolder {
  /** A sub-folder as it was found; with the fault for which nothing of it is loaded, if any. */
  record Entry(String name, Path path, List<PluginJar> jars, Optional<PosternException> fault) {}

  private final Path folder;
  private final Optional<Path> trustFile;
  private final Access access;

  /**
   * @param trustFile what is loaded is listed there; empty to trust all that lies in the folder
   */
  PluginFolder(Path folder, Optional<Path> trustFile) {
    this(folder, trustFile, new Access());
  }

  PluginFolder(Path folder, Optional<Path> trustFile, Access access) {
    this.access = access;
    this.folder = folder.toAbsolutePath().normalize();
    this.trustFile = trustFile.map(file -> file.toAbsolutePath().normalize());
  }

  Path path() {
    return folder;
  }

  /**
   * Looks at everything, and trusts what is to be trusted.
   *
   * @throws PosternException SETTINGS_INVALID when folder or trust file cannot be used;
   *     PLUGIN_UNTRUSTED when others may change what says what may run
   */
  SortedMap<String, Entry> look() {
    Optional<TrustFile> trust = trust();
    SortedMap<String, Entry> entries = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      Path root = folder.toRealPath();
      if (trust.isEmpty()) {
        requireOwn("the plug-in folder " + folder, List.of(folder));
      }
      for (Path sub : files.filter(PluginFolder::mayBeAPlugin).sorted().toList()) {
        Entry entry = entry(root, sub, trust);
        entries.put(entry.name(), entry);
      }
      return entries;
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Not what tools hide there, nor a name that would draw on an operator's screen. */
  private static boolean mayBeAPlugin(Path path) {
    String name = path.getFileName().toString();
    return Files.isDirectory(path)
        && !name.startsWith(".")
        && name.chars().noneMatch(Character::isISOControl);
  }

  /**
   * Looks at one sub-folder alone.
   *
   * @throws PosternException as {@link #look()}
   */
  Entry look(String name) {
    try {
      return entry(folder.toRealPath(), folder.resolve(name), trust());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private PosternException unreadable(IOException e) {
    return new PosternException(
        ErrorCode.SETTINGS_INVALID,
        "the plug-in folder " + folder + " cannot be read (" + e + "); make it, or name another");
  }

  /** Whether the trust file lists files of a sub-folder that is not there. */
  boolean lists(String name) {
    return trust().filter(trust -> trust.lists(name)).isPresent();
  }

  private Optional<TrustFile> trust() {
    return trustFile.map(file -> TrustFile.read(file, access));
  }

  private Entry entry(Path root, Path sub, Optional<TrustFile> trust) {
    String name = sub.getFileName().toString();
    List<PluginJar> jars = new ArrayList<>();
    Optional<PosternException> fault;
    try {
      List<Path> files = jarsIn(sub);
      for (Path file : files) {
        jars.add(PluginJar.of(name, file, inside(root, name, file)));
      }
      if (trust.isEmpty()) {
        requireOwn(
            "plug-in '" + name + "'", Stream.concat(Stream.of(sub), files.stream()).toList());
      }
      fault = trust.flatMap(listed -> listed.fault(name, jars));
      if (jars.isEmpty() && fault.isEmpty()) {
        fault = Optional.of(broken(name, "there is no jar in it; jars further down do not count"));
      }
    } catch (PosternException e) {
      fault = Optional.of(e);
    } catch (IOException e) {
      fault = Optional.of(broken(name, "it cannot be read (" + e + ")"));
    }
    return new Entry(name, sub, List.copyOf(jars), fault);
  }

  private static List<Path> jarsIn(Path sub) throws IOException {
    try (Stream<Path> files = Files.list(sub)) {
      return files
          .filter(file -> file.toString().toLowerCase(Locale.ROOT).endsWith(".jar"))
          .sorted()
          .toList();
    }
  }

  /** The file without links; one that leads out of the folder is not one of the plug-in's. */
  private Path inside(Path root, String name, Path file) throws IOException {
    String called = file.getFileName().toString();
    if (called.chars().anyMatch(one -> Character.isISOControl(one) || one == '\\')) {
      throw untrusted(name, "the name of one of its files has a control character or a backslash");
    }
    Path real = file.toRealPath();
    if (!real.startsWith(root)) {
      throw untrusted(
          name, called + " is a link that leads out of " + folder + "; put the file itself there");
    }
    if (!Files.isRegularFile(real)) {
      throw untrusted(name, called + " is no file");
    }
    return real;
  }

  /** Where nothing is listed, whose the files are is all that stands for them. */
  private void requireOwn(String what, List<Path> paths) throws IOException {
    List<String> faults = access.faults(paths);
    if (!faults.isEmpty()) {
      throw new PosternException(
          ErrorCode.PLUGIN_UNTRUSTED,
          what
              + " is not trusted, because no trust file says what may run, and: "
              + String.join("; ", faults)
              + ". Mend that as it is said there, or use a trust file");
    }
  }

  private static PosternException untrusted(String name, String why) {
    return new PosternException(
        ErrorCode.PLUGIN_UNTRUSTED, "plug-in '" + name + "' is not trusted: " + why);
  }

  private PosternException broken(String name, String why) {
    return new PosternException(
        ErrorCode.PLUGIN_FAILED,
        "plug-in '" + name + "' in " + folder.resolve(name) + " is broken: " + why);
  }
}
