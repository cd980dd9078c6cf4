package io.postern.spi;

import static java.util.Objects.requireNonNull;

import io.postern.credential.Secret;
import io.postern.text.Text;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One setting that a plug-in declares: key, type, whether it is required, default, whether it is
 * secret, help (rule ECM-3). Immutable; the {@code required} and {@code orElse} methods give a
 * changed copy.
 *
 * @param <T> the type of its value
 */
public final class Setting<T> {
  private final String key;
  private final String help;
  private final String type;
  private final Function<String, T> parser;
  private final boolean required;
  private final @Nullable String fallback;

  private Setting(
      String key,
      String help,
      String type,
      Function<String, T> parser,
      boolean required,
      @Nullable String fallback) {
    this.key = Text.id(key, "setting key");
    this.help = Text.prose(help, "help", 500);
    this.type = type;
    this.parser = parser;
    this.required = required;
    this.fallback = fallback;
  }

  /** Any text. */
  public static Setting<String> text(String key, String help) {
    return new Setting<>(key, help, "text", Function.identity(), false, null);
  }

  /** A path of the local file system. */
  public static Setting<Path> path(String key, String help) {
    return new Setting<>(key, help, "path", Path::of, false, null);
  }

  /** A duration in ISO 8601, such as {@code PT15S}; more than nothing. */
  public static Setting<Duration> duration(String key, String help) {
    return new Setting<>(key, help, "duration such as PT15S", Setting::parseDuration, false, null);
  }

  /** A whole number from {@code least} to {@code most}. */
  public static Setting<Integer> number(String key, int least, int most, String help) {
    String type = "number from " + least + " to " + most;
    return new Setting<>(key, help, type, text -> parseNumber(text, least, most), false, null);
  }

  /** {@code true} or {@code false}. */
  public static Setting<Boolean> flag(String key, String help) {
    return new Setting<>(key, help, "true or false", Setting::parseFlag, false, null);
  }

  /** A secret: given as a {@link Secret}, never as a text, and never printed. */
  public static Setting<Secret> secret(String key, String help) {
    return new Setting<>(key, help, "secret", text -> rejectText(), false, null);
  }

  /** The same setting, which must be given. */
  public Setting<T> required() {
    return new Setting<>(key, help, type, parser, true, null);
  }

  /**
   * The same setting with the value it has when it is not given, written as a configuration would.
   */
  public Setting<T> orElse(String valueWhenAbsent) {
    requireNonNull(parser.apply(valueWhenAbsent));
    return new Setting<>(key, help, type, parser, false, valueWhenAbsent);
  }

  /** What a configuration names it by. */
  public String key() {
    return key;
  }

  /** What it is for, in a sentence for an operator. */
  public String help() {
    return help;
  }

  /** The type in words. */
  public String type() {
    return type;
  }

  /** Whether it must be given. */
  public boolean isRequired() {
    return required;
  }

  /** Whether its value is a {@link Secret}. */
  public boolean isSecret() {
    return type.equals("secret");
  }

  /** The value when none is given, as a configuration would write it. */
  public Optional<String> defaultValue() {
    return Optional.ofNullable(fallback);
  }

  /**
   * The value that {@code text} stands for.
   *
   * @throws RuntimeException any, when it stands for none
   */
  T parse(String text) {
    return parser.apply(text);
  }

  private static Duration parseDuration(String text) {
    Duration duration = Duration.parse(text);
    if (duration.isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("must be more than nothing");
    }
    return duration;
  }

  private static Integer parseNumber(String text, int least, int most) {
    int number = Integer.parseInt(text);
    if (number < least || number > most) {
      throw new IllegalArgumentException("out of range");
    }
    return number;
  }

  private static Boolean parseFlag(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("neither");
    };
  }

  private static Secret rejectText() {
    throw new IllegalArgumentException("a secret is given as a Secret, not as a text");
  }

  @Override
  public String toString() {
    return key;
  }
}
