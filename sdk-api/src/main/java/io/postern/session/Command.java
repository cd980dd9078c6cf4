package io.postern.session;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A command to run, with its limits (rule TOOL-3).
 *
 * @param line as the endpoint's own command interpreter takes it, 1 to 100,000 characters, not
 *     blank
 * @param timeLimit it is stopped after this; a second to a day
 * @param maxOutputBytes how much of each of its two outputs is kept, 0 to 64 MiB; the rest is read
 *     and dropped
 */
public record Command(String line, Duration timeLimit, int maxOutputBytes) {
  /**
   * A command with its limits. People type them, so what is wrong has a code.
   *
   * @throws PosternException INPUT_INVALID with all faults
   */
  public Command {
    List<String> faults = new ArrayList<>();
    if (requireNonNull(line, "line").isBlank()) {
      faults.add("the command is empty; say what to run");
    } else if (line.length() > 100_000) {
      faults.add(
          "a command has at most 100000 characters, this has "
              + line.length()
              + "; upload it as a file and run that");
    }
    if (timeLimit.compareTo(Duration.ofSeconds(1)) < 0
        || timeLimit.compareTo(Duration.ofDays(1)) > 0) {
      faults.add("its time limit must be PT1S to PT24H, was " + timeLimit);
    }
    if (maxOutputBytes < 0 || maxOutputBytes > 64 << 20) {
      faults.add("kept output must be 0 to 67108864 bytes, was " + maxOutputBytes);
    }
    if (!faults.isEmpty()) {
      throw new PosternException(ErrorCode.INPUT_INVALID, "this command cannot be run", faults);
    }
  }

  /**
   * One minute, one mebibyte.
   *
   * @throws PosternException INPUT_INVALID
   */
  public static Command of(String line) {
    return new Command(line, Duration.ofMinutes(1), 1 << 20);
  }

  /**
   * The same command, stopped after {@code limit}: a second to a day.
   *
   * @throws PosternException INPUT_INVALID
   */
  public Command within(Duration limit) {
    return new Command(line, limit, maxOutputBytes);
  }

  /**
   * The same command, keeping so much of each output: 0 to 64 MiB.
   *
   * @throws PosternException INPUT_INVALID
   */
  public Command keeping(int bytes) {
    return new Command(line, timeLimit, bytes);
  }
}
