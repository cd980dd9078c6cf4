package io.postern.core.plugin;

import io.postern.core.audit.Act;
import io.postern.spi.PluginIdentity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** What the audit trail is told of a plug-in that was loaded: which, from where, of which files. */
final class LoadedAct {
  private static final String ACTOR = "postern:plugins";

  /** As many as an entry of the trail has room for; the digest of all stands for the others. */
  private static final int MOST_FILES = 40;

  private LoadedAct() {}

  /** A plug-in of the folder. */
  static Act of(String kind, PluginIdentity plugin, PluginFolder.Entry entry) {
    List<String> lines = entry.jars().stream().map(TrustFile::line).toList();
    Act act = act(kind, plugin, entry.path().toString()).with("digest-of-all", digestOf(lines));
    for (int i = 0; i < Math.min(MOST_FILES, lines.size()); i++) {
      act = act.with("file-%02d".formatted(i + 1), lines.get(i));
    }
    return act;
  }

  /** A plug-in of the class path, or one that the host passed: its jar, where it lies in one. */
  static Act of(String kind, PluginIdentity plugin, Class<?> factory) {
    CodeSource source = factory.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      return act(kind, plugin, "");
    }
    Act act = act(kind, plugin, source.getLocation().toString());
    try {
      Path file = Path.of(source.getLocation().toURI());
      return Files.isRegularFile(file)
          ? act.with("file-01", PluginJar.digest(file) + "  " + file.getFileName())
          : act;
    } catch (IOException
        | java.net.URISyntaxException
        | IllegalArgumentException
        | FileSystemNotFoundException e) {
      return act; // it runs all the same: the host put it there
    }
  }

  private static Act act(String kind, PluginIdentity plugin, String place) {
    return Act.of(ACTOR, "plugin.loaded", "plugin:" + plugin.name())
        .with("kind", kind)
        .with("version", plugin.version())
        .with("place", place);
  }

  private static String digestOf(List<String> lines) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(String.join("\n", lines).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
