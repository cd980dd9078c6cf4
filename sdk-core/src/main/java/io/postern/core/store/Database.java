package io.postern.core.store;

import java.util.function.Function;

/**
 * The store: where every state lives and the one place through which it changes.
 *
 * <p>Safe for use by several threads. Calls block. Work never does anything but statements on its
 * {@link Tx}: no network, no plug-in, no waiting, because a lock or the only writer is held
 * meanwhile.
 */
public interface Database extends AutoCloseable {
  /**
   * Runs statements that read, on one consistent view.
   *
   * @throws io.postern.PosternException STORE_UNAVAILABLE when the store cannot be reached
   */
  <T> T read(Function<Tx, T> work);

  /**
   * As {@link #read} for work of at most one statement, which is one consistent view by itself;
   * saves the round trips of a transaction.
   */
  default <T> T readAtOnce(Function<Tx, T> work) {
    return read(work);
  }

  /**
   * Runs statements that commit together or not at all. When this returns, the change survives a
   * crash of the process and of the machine. Whatever {@code work} throws rolls everything back and
   * comes out unchanged.
   *
   * @throws io.postern.PosternException STORE_UNAVAILABLE when the store failed; then nothing was
   *     changed. STORE_UNCERTAIN when the answer to the commit itself was lost
   */
  <T> T change(Function<Tx, T> work);

  /**
   * As {@link #change} for work of exactly one statement, which saves the round trips of a
   * transaction.
   */
  <T> T changeAtOnce(Function<Tx, T> work);

  /** Which SQL this store speaks, for the few statements that differ. */
  Dialect dialect();

  /**
   * Lets running work finish and lets go of files and threads; a data source of the host's stays
   * open.
   */
  @Override
  void close();

  /** Two engines with nearly the same SQL. */
  enum Dialect {
    SQLITE("cast(unixepoch('subsec') * 1000 as integer)"),
    POSTGRESQL("cast(extract(epoch from clock_timestamp()) * 1000 as bigint)");

    private final String now;

    Dialect(String now) {
      this.now = now;
    }

    /** SQL for the database's own time in milliseconds, which all processes agree on. */
    public String now() {
      return now;
    }
  }
}
