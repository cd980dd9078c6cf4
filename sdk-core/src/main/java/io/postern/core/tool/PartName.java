package io.postern.core.tool;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Names for files that are not whole yet. */
final class PartName {
  /** Keeps the whole name below the 255 bytes that file systems allow, whatever the characters. */
  private static final int MAX_SHOWN = 50;

  private PartName() {}

  /**
   * {@code .<name>.<random>.part}. Nobody can guess it, and so nobody can put a link there
   * beforehand that leads the bytes elsewhere.
   */
  static String of(String name) {
    byte[] random = new byte[8];
    new SecureRandom().nextBytes(random);
    int cut = Math.min(name.length(), MAX_SHOWN);
    if (cut < name.length() && Character.isHighSurrogate(name.charAt(cut - 1))) {
      cut--;
    }
    return "." + name.substring(0, cut) + "." + HexFormat.of().formatHex(random) + ".part";
  }
}
