package io.postern.credential.vault;

import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Paths inside Vault: what may stand in one, and how it goes into a URL. */
final class Paths {
  private Paths() {}

  /**
   * Whether a path leads where it seems to: no empty part, none of dots, no control characters, no
   * sign that the driver or a proxy could read as something else. It may end with a slash.
   */
  static boolean isSafe(String path) {
    String[] parts =
        (path.endsWith("/") ? path.substring(0, path.length() - 1) : path).split("/", -1);
    return Stream.of(parts).allMatch(Paths::isSafePart);
  }

  private static boolean isSafePart(String part) {
    return !part.isEmpty()
        && !part.matches("\\.+")
        && part.chars().noneMatch(c -> c < 0x20 || c == 0x7f || "\\%?#;*".indexOf(c) >= 0)
        && part.equals(part.strip())
        // A key has one form only, and a path in another would not be found by it.
        && Normalizer.isNormalized(part, Normalizer.Form.NFC);
  }

  /** Encoded for a URL, part by part. */
  static String encoded(String path) {
    return Stream.of(path.split("/", -1)).map(Paths::part).collect(Collectors.joining("/"));
  }

  private static String part(String part) {
    StringBuilder encoded = new StringBuilder();
    for (byte one : part.getBytes(StandardCharsets.UTF_8)) {
      char c = (char) (one & 0xff);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || "-._~@:=+,!$'()&".indexOf(c) >= 0)) {
        encoded.append(c);
      } else {
        encoded.append('%').append(String.format("%02X", (int) c));
      }
    }
    return encoded.toString();
  }
}
