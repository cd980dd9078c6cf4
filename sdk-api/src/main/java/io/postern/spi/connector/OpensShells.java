package io.postern.spi.connector;

/** Implemented by an {@link EndpointConnection} over which interactive shells can be opened. */
public interface OpensShells {
  /**
   * Opens a shell on a terminal.
   *
   * @throws io.postern.PosternException ENDPOINT_CLOSED, ENDPOINT_TIMED_OUT or CAPABILITY_MISSING
   */
  ShellChannel openShell(ShellRequest request);

  /**
   * The terminal that is wanted.
   *
   * @param terminal its type, such as {@code xterm-256color}
   * @param columns 1 to 1,000
   * @param rows 1 to 1,000
   */
  record ShellRequest(String terminal, int columns, int rows) {}
}
