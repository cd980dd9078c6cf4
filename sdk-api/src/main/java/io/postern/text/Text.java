package io.postern.text;

import static java.util.Objects.requireNonNull;

import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The canonical forms of short texts, so that two spellings of one name are never two things; for
 * plug-ins too.
 */
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

  /** A constant as people read it: {@code ENDED_BY_OWNER} is "ended by owner". */
  public static String words(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /**
   * A time span as people read it, in its larger units: "124 ms", "1.2 s", "5 min", "2 h 30 min". A
   * negative one is none: "0 ms".
   */
  public static String words(Duration span) {
    if (span.compareTo(Duration.ofSeconds(1)) < 0) {
      return (span.isNegative() ? 0 : span.toMillis()) + " ms";
    }
    if (span.compareTo(Duration.ofMinutes(1)) < 0) {
      int tenth = span.toMillisPart() / 100;
      return span.toSeconds() + (tenth == 0 ? "" : "." + tenth) + " s";
    }
    List<String> parts = new ArrayList<>();
    part(parts, span.toHours(), "h");
    part(parts, span.toMinutesPart(), "min");
    part(parts, span.toSecondsPart(), "s");
    return String.join(" ", parts);
  }

  private static void part(List<String> parts, long count, String unit) {
    if (count > 0) {
      parts.add(count + " " + unit);
    }
  }

  /**
   * What was probably meant by a name that is not known: the nearest of the known ones, if it is
   * near enough to be a slip.
   */
  public static Optional<String> nearest(String wanted, Collection<String> known) {
    return known.stream()
        .min(
            Comparator.comparingInt((String one) -> distance(wanted, one))
                .thenComparing(Comparator.naturalOrder()))
        .filter(one -> distance(wanted, one) <= Math.max(2, wanted.length() / 3));
  }

  /** How many letters must be changed, added or left out. */
  private static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        current[j] = Math.min(Math.min(current[j - 1], previous[j]) + 1, previous[j - 1] + change);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
