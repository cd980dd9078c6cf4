package io.postern.spi.connector;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.OptionalInt;

/** A running command. The streams block; each is read or written by one thread. */
public interface CommandChannel extends AutoCloseable {
  /** What it writes to standard output; ends with the command. */
  InputStream output();

  /** What it writes to standard error; ends with the command. */
  InputStream errors();

  /** Its standard input; closing it is the end of input. */
  OutputStream input();

  /**
   * Its exit status, once both streams have ended; waits a few seconds at most. Empty when the
   * endpoint gave none, such as for a command that a signal ended.
   */
  OptionalInt exitStatus();

  /** Ends the command as far as the endpoint allows, and both streams. Harmless when done twice. */
  @Override
  void close();
}
