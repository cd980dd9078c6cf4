package io.postern.text;

import static java.util.Objects.requireNonNull;

import java.text.Normalizer;

/** The canonical forms of short texts, so that two spellings of one name are never two things. */
public final class Text {
  /** The longest identifier. */
  public static final int MAX_ID_LENGTH = 200;

  private Text() {}

  /**
   * An identifier in its canonical form: Unicode NFC, 1 to 200 characters, no control characters,
   * no space at either end.
   *
   * @throws IllegalArgumentException naming {@code what} when it is none
   */
  public static String id(String value, String what) {
    String canonical = Normalizer.normalize(requireNonNull(value, what), Normalizer.Form.NFC);
    if (canonical.isEmpty() || canonical.length() > MAX_ID_LENGTH) {
      throw new IllegalArgumentException(
          what + " must have 1 to 200 characters, has " + canonical.length());
    }
    if (canonical.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(what + " must not contain control characters");
    }
    if (!canonical.equals(canonical.strip())) {
      throw new IllegalArgumentException(
          what + " must not begin or end with a space: '" + canonical + "'");
    }
    return canonical;
  }

  /** A text for people in Unicode NFC, at most {@code max} characters long. */
  public static String prose(String value, String what, int max) {
    String canonical = Normalizer.normalize(requireNonNull(value, what), Normalizer.Form.NFC);
    if (canonical.length() > max) {
      throw new IllegalArgumentException(
          what + " must have at most " + max + " characters, has " + canonical.length());
    }
    return canonical;
  }
}
