package io.postern.session;

/**
 * A live connection of a session to its endpoint: tools, each judged by the session policy,
 * recorded and audited.
 *
 * <p>Safe for use by several threads. Every method throws TOOL_NOT_ALLOWED by the tool's name where
 * the policy does not allow it, SESSION_ENDED or SESSION_FROZEN when the session is,
 * ENDPOINT_CLOSED when the connection broke, CLOSED after {@link #close}, and CAPABILITY_MISSING
 * when the endpoint cannot do it; JUMP_ITEM_NOT_FOUND, JUMP_ITEM_DISABLED, NOT_PERMITTED or
 * PERSON_UNKNOWN when the owner may not use the item any more; DIRECTORY_UNAVAILABLE or
 * STORE_UNAVAILABLE when that cannot be judged. What runs is judged again every few seconds, and
 * ends with TOOL_NOT_ALLOWED once policy or rights do not allow it any more (rule TOOL-1).
 */
public interface Connection extends AutoCloseable {
  /**
   * Runs a command for a minute at most and keeps the first mebibyte of what it writes.
   *
   * @throws io.postern.PosternException INPUT_INVALID when it is blank or longer than 100,000
   *     characters, and what {@link #run(Command)} throws
   */
  default CommandResult run(String commandLine) {
    return run(Command.of(commandLine));
  }

  /**
   * Runs a command and waits for it.
   *
   * @throws io.postern.PosternException COMMAND_TIMED_OUT, RECORDING_FAILED, INTERRUPTED,
   *     PLUGIN_FAILED
   */
  CommandResult run(Command command);

  /** Opens a shell with a terminal of 80 columns and 24 rows; see the other method. */
  default Shell openShell(String name) {
    return openShell(name, 80, 24);
  }

  /**
   * Opens a shell (rule TOOL-2). A connection has at most 64 at a time.
   *
   * @param name what people call it, 1 to 100 characters without control characters and without
   *     spaces at its ends; no two open shells of a connection have the same
   * @param columns 1 to 1,000
   * @param rows 1 to 1,000
   * @throws io.postern.PosternException INPUT_INVALID with all faults of name and size;
   *     ILLEGAL_CHANGE when an open shell has the name or 64 are open; RECORDING_FAILED when it
   *     must be recorded and that cannot begin, so that it is not opened; PLUGIN_FAILED
   */
  Shell openShell(String name, int columns, int rows);

  /** The endpoint's files. */
  RemoteFiles files();

  /** Whether it is still usable, as far as is known without asking the endpoint. */
  boolean isOpen();

  /** Disconnects; shells end. The session goes on. Harmless when done twice. */
  @Override
  void close();
}
