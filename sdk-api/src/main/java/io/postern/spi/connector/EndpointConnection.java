package io.postern.spi.connector;

/**
 * A connection that is logged on. What can be done over it, it says by implementing {@link
 * RunsCommands}, {@link OpensShells} or {@link MovesFiles}. Safe for use by several threads.
 */
public interface EndpointConnection extends AutoCloseable {
  /** Whether it is still usable, as far as is known without asking the endpoint. */
  boolean isOpen();

  /**
   * Has {@code action} run once when the connection ends for whatever reason, at once when it has
   * ended. Keep-alive finds a dead endpoint within 30 seconds.
   */
  void whenClosed(Runnable action);

  /** Disconnects; everything opened over it ends. Harmless when done twice. */
  @Override
  void close();
}
