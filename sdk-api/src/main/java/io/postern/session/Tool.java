package io.postern.session;

/**
 * What can be done inside a session; each allowed or not by the session policy (rule TOOL-1). Tools
 * may be added.
 */
public enum Tool {
  /** An interactive shell. */
  SHELL,
  /** Running one command. */
  COMMANDS,
  /** Looking at directories. */
  LIST_FILES,
  /** Copying files to the endpoint. */
  UPLOAD,
  /** Copying files of the endpoint. */
  DOWNLOAD,
  /** Handing a credential to something else than the connection: HTTP, a database, a process. */
  INJECTION
}
