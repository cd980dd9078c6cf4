package io.postern.session;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * A command to run, with its limits (rule TOOL-3).
 *
 * @param line as the endpoint's own command interpreter takes it, 1 to 100,000 characters
 * @param timeLimit it is stopped after this; a second to a day
 * @param maxOutputBytes how much of each of its two outputs is kept, 0 to 64 MiB; the rest is read
 *     and dropped
 */
public record Command(String line, Duration timeLimit, int maxOutputBytes) {
  public Command {
    if (requireNonNull(line, "line").isBlank() || line.length() > 100_000) {
      throw new IllegalArgumentException(
          "a command has 1 to 100000 characters, this has " + line.length());
    }
    if (timeLimit.compareTo(Duration.ofSeconds(1)) < 0
        || timeLimit.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException("time limit must be PT1S to P1D, was " + timeLimit);
    }
    if (maxOutputBytes < 0 || maxOutputBytes > 64 << 20) {
      throw new IllegalArgumentException(
          "kept output must be 0 to 67108864 bytes, was " + maxOutputBytes);
    }
  }

  /** One minute, one mebibyte. */
  public static Command of(String line) {
    return new Command(line, Duration.ofMinutes(1), 1 << 20);
  }

  /** The same command, stopped after {@code limit}: a second to a day. */
  public Command within(Duration limit) {
    return new Command(line, limit, maxOutputBytes);
  }

  /** The same command, keeping so much of each output: 0 to 64 MiB. */
  public Command keeping(int bytes) {
    return new Command(line, timeLimit, bytes);
  }
}
