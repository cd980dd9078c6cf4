package io.postern.session;

import java.time.Duration;

/** One reader's view of a shell's output. Used by one thread at a time. */
public interface ShellOutput extends AutoCloseable {
  /**
   * Waits for output and gives some of it.
   *
   * @return how many bytes were put into {@code buffer}; -1 when the shell has ended and all was
   *     read; 0 when nothing came in time
   */
  int read(byte[] buffer, Duration atMost);

  /** How many bytes this view missed because it was too slow. */
  long skippedBytes();

  /**
   * Reads until {@code text} was shown; for programs that talk to a shell.
   *
   * @return everything that was read, as UTF-8, up to and including {@code text}; what came after
   *     it stays to be read
   * @throws io.postern.PosternException COMMAND_TIMED_OUT with the last of what was read,
   *     ENDPOINT_CLOSED when the shell ended before
   */
  String awaitText(String text, Duration atMost);

  /** Lets go of the view. */
  @Override
  void close();
}
