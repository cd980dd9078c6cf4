package io.postern.spi.connector;

import java.io.InputStream;
import java.io.OutputStream;

/** An open shell. The streams block; each is read or written by one thread. */
public interface ShellChannel extends AutoCloseable {
  /** What the terminal shows; ends with the shell. */
  InputStream output();

  /** What is typed. */
  OutputStream input();

  /** Tells the shell that its terminal has another size. */
  void resize(int columns, int rows);

  /**
   * Sends a signal by its POSIX name without {@code SIG}.
   *
   * @param name one of those of RFC 4254, section 6.10, such as {@code INT}
   */
  void signal(String name);

  /** Whether it still runs, as far as is known without asking the endpoint. */
  boolean isOpen();

  /** Ends the shell. Harmless when done twice. */
  @Override
  void close();
}
