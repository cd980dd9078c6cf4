package io.postern.core.injection;

import javax.sql.DataSource;

/**
 * Connections to one database as one account, without its password being shown. A few at a time,
 * each for its taker alone; whoever wants a pool puts one in front. Safe for use by several
 * threads.
 *
 * <p>{@link #getConnection()} and whatever executes something ask the session first: SESSION_ENDED,
 * SESSION_FROZEN and TOOL_NOT_ALLOWED come as {@link io.postern.PosternException}s, all else as the
 * driver's {@link java.sql.SQLException}s. So do the rows of a result: while the session is frozen
 * none is read, and afterwards they go on. A password that the database refused is not sent again.
 * The connections cannot be unwrapped.
 */
public interface InjectedDataSource extends DataSource, AutoCloseable {
  /** Closes every connection that it gave out and wipes the password. Harmless when done twice. */
  @Override
  void close();
}
