package io.postern.spi.connector;

import static java.util.Objects.requireNonNull;

/** Implemented by an {@link EndpointConnection} over which commands can be run. */
public interface RunsCommands {
  /**
   * Starts one command.
   *
   * @throws io.postern.PosternException ENDPOINT_CLOSED, ENDPOINT_TIMED_OUT, CAPABILITY_MISSING or
   *     INTERRUPTED
   */
  CommandChannel start(CommandRequest request);

  /**
   * The command that is wanted.
   *
   * @param line as the endpoint's own command interpreter takes it, at most 100,000 characters
   */
  record CommandRequest(String line) {
    public CommandRequest {
      requireNonNull(line, "line");
    }
  }
}
