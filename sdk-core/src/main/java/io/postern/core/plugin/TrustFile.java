package io.postern.core.plugin;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files that an operator trusts, with their digests, as {@code sha256sum} writes them (rule
 * ECM-2). One that is not there trusts nothing. Immutable.
 */
final class TrustFile {
  private static final long LARGEST = 1 << 20;

  /** GNU sha256sum marks files read as binary with a star, and begins an escaped name with \. */
  private static final Pattern LINE =
      Pattern.compile("([0-9a-fA-F]{64}) [ *](?:\\./)?([^/\\\\]+/[^/\\\\]+)");

  private record Line(int number, String digest) {}

  private final Path file;
  private final Map<String, Line> lines;

  private TrustFile(Path file, Map<String, Line> lines) {
    this.file = file;
    this.lines = Map.copyOf(lines);
  }

  /** The line that trusts a file, as {@code sha256sum} writes it. */
  static String line(PluginJar jar) {
    return jar.digest() + "  " + jar.listed();
  }

  /**
   * Reads all of it. Of two lines for one file the later one counts, because lines are appended.
   *
   * @throws PosternException SETTINGS_INVALID with every line that cannot be read: half a trust
   *     file trusts nothing; PLUGIN_UNTRUSTED when others may change it
   */
  static TrustFile read(Path file, Access access) {
    if (Files.notExists(file)) {
      return new TrustFile(file, Map.of());
    }
    try {
      requireOwn(file, access);
      if (Files.size(file) > LARGEST) {
        throw refused(file, "is larger than " + LARGEST + " bytes; name the trust file itself");
      }
      return parsed(file, Files.readAllLines(file, StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw refused(file, "cannot be read (" + e + ")");
    }
  }

  private static TrustFile parsed(Path file, List<String> texts) {
    Map<String, Line> lines = new HashMap<>();
    List<String> faults = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i).strip();
      Matcher line = LINE.matcher(text);
      if (line.matches()) {
        lines.put(line.group(2), new Line(i + 1, line.group(1).toLowerCase(Locale.ROOT)));
      } else if (!text.isEmpty() && !text.startsWith("#")) {
        faults.add(
            "line " + (i + 1) + " is not of the form '<sha256 in hex>  <plug-in>/<file>.jar'");
      }
    }
    if (!faults.isEmpty()) {
      throw new PosternException(
          ErrorCode.SETTINGS_INVALID, "the trust file " + file + " cannot be used", faults);
    }
    return new TrustFile(file, lines);
  }

  /** Who can write the trust file, or put another one in its place, can have any code run. */
  private static void requireOwn(Path file, Access access) throws IOException {
    List<String> faults = access.faults(List.of(file));
    if (!faults.isEmpty()) {
      throw new PosternException(
          ErrorCode.PLUGIN_UNTRUSTED,
          "the trust file "
              + file
              + " is not trusted, and so nothing that it lists is: "
              + String.join("; ", faults)
              + ". Mend that as it is said there");
    }
  }

  private static PosternException refused(Path file, String why) {
    return new PosternException(
        ErrorCode.SETTINGS_INVALID, "the trust file " + file + " " + why + "; nothing is trusted");
  }

  /** Whether anything of a plug-in is listed. */
  boolean lists(String plugin) {
    return lines.keySet().stream().anyMatch(path -> path.startsWith(plugin + "/"));
  }

  /**
   * Why a plug-in of these files is refused; empty when every file is listed with its digest, and
   * no other file is.
   */
  Optional<PosternException> fault(String plugin, List<PluginJar> jars) {
    List<String> why = new ArrayList<>();
    List<String> add = new ArrayList<>();
    for (PluginJar jar : jars) {
      Line line = lines.get(jar.listed());
      if (line == null) {
        why.add(jar.listed() + " is not listed");
        add.add(line(jar));
      } else if (!line.digest().equals(jar.digest())) {
        why.add(
            jar.listed() + " is not what line " + line.number() + " says, so replace that line");
        add.add(line(jar));
      }
    }
    List<String> present = jars.stream().map(PluginJar::listed).toList();
    for (String path : new TreeSet<>(lines.keySet())) {
      if (path.startsWith(plugin + "/") && !present.contains(path)) {
        why.add(path + " is listed and missing: put it back, or take its line out");
      }
    }
    return why.isEmpty() ? Optional.empty() : Optional.of(untrusted(plugin, why, add));
  }

  private PosternException untrusted(String plugin, List<String> why, List<String> add) {
    String text = "plug-in '" + plugin + "' is not trusted: " + String.join("; ", why);
    if (!add.isEmpty()) {
      text +=
          ". If these are the files that you want to run, put into "
              + file
              + ":\n"
              + String.join("\n", add)
              + "\n";
    }
    return new PosternException(ErrorCode.PLUGIN_UNTRUSTED, text);
  }
}
