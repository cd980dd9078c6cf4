package io.postern.spi.connector;

/** Implemented by an {@link EndpointConnection} over which commands can be run. */
public interface RunsCommands {
  /**
   * Starts one command, as the endpoint's own command interpreter takes it.
   *
   * @throws io.postern.PosternException ENDPOINT_CLOSED, ENDPOINT_TIMED_OUT or CAPABILITY_MISSING
   */
  CommandChannel start(String commandLine);
}
