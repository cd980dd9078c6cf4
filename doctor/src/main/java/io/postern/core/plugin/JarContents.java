package io.postern.core.plugin;

import java.io.DataInputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** What can be seen of a plug-in's jars without running anything. */
final class JarContents {
  /** Class files of Java 17, which is what hosts need at least. */
  private static final int JAVA_17 = 61;

  private static final int JAVA_1 = 44;

  private final List<PluginJar> jars;
  private final Findings findings;

  JarContents(List<PluginJar> jars, Findings findings) {
    this.jars = jars;
    this.findings = findings;
  }

  void look() {
    for (PluginJar jar : jars) {
      try (ZipFile zip = new ZipFile(jar.file().toFile())) {
        look(jar, zip);
      } catch (IOException e) {
        findings.wrong(
            jar.listed() + " is no jar, or damaged (" + e.getMessage() + ")", "copy it there anew");
      }
    }
  }

  private void look(PluginJar jar, ZipFile zip) throws IOException {
    boolean shared = false;
    int newest = 0;
    for (ZipEntry entry : Collections.list(zip.entries())) {
      String name = entry.getName();
      if (!name.endsWith(".class")
          || name.startsWith("META-INF/")
          || name.equals("module-info.class")) {
        continue;
      }
      String packageName = name.substring(0, Math.max(0, name.lastIndexOf('/'))).replace('/', '.');
      shared |= IsolatedLoader.isShared(packageName);
      try (DataInputStream in = new DataInputStream(zip.getInputStream(entry))) {
        in.readInt();
        in.readUnsignedShort();
        newest = Math.max(newest, in.readUnsignedShort());
      }
    }
    if (shared) {
      findings.note(
          jar.listed()
              + " brings classes of Postern's API or of SLF4J along; the host's are used: leave them"
              + " out (scope provided)");
    }
    if (newest > JAVA_17) {
      findings.note(
          jar.listed()
              + " needs Java "
              + (newest - JAVA_1)
              + "; hosts run on Java 17 and newer (compile with --release 17)");
    }
  }
}
