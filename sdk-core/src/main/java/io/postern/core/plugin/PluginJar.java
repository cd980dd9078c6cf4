package io.postern.core.plugin;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * One file of a plug-in with the digest that it had when it was looked at.
 *
 * @param listed what the trust file calls it, {@code <plug-in>/<file>.jar}
 * @param file where it lies, links resolved
 * @param digest its SHA-256 in hex
 */
record PluginJar(String listed, Path file, String digest) {
  static PluginJar of(String plugin, Path file, Path real) throws IOException {
    return new PluginJar(plugin + "/" + file.getFileName(), real, digest(real));
  }

  static String digest(Path file) throws IOException {
    return copied(file, OutputStream.nullOutputStream());
  }

  /** Copies the file; false when what was copied is no longer what was looked at. */
  boolean copyTo(Path target) throws IOException {
    try (OutputStream out = Files.newOutputStream(target)) {
      return copied(file, out).equals(digest);
    }
  }

  private static String copied(Path file, OutputStream out) throws IOException {
    MessageDigest sha256 = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), sha256)) {
      in.transferTo(out);
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
