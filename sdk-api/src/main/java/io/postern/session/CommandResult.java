package io.postern.session;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * What came of a command. Outputs are read as UTF-8.
 *
 * @param exitStatus its exit status; empty when the endpoint gave none, such as after a signal
 * @param output what it wrote to standard output, within the limit
 * @param errors what it wrote to standard error, within the limit
 * @param truncated whether either was longer than the limit
 * @param took how long it ran
 */
public record CommandResult(
    OptionalInt exitStatus, String output, String errors, boolean truncated, Duration took) {
  /** Whether it ended with exit status 0. */
  public boolean succeeded() {
    return exitStatus.isPresent() && exitStatus.getAsInt() == 0;
  }
}
