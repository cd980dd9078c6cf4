package io.postern.core.store;

import java.util.List;
import java.util.Optional;

/**
 * Statements inside one transaction. Used by one thread, while the work runs that it was given to.
 *
 * <p>Arguments are bound in order to the question marks: String, Integer, Long, Boolean (stored as
 * 0 or 1), {@link java.time.Instant} (stored as milliseconds since 1970), {@link
 * java.time.Duration} (milliseconds), an {@link Optional} of any of these, any record with one
 * String component (an id: its value), any enum (its name), or {@code null}.
 */
public interface Tx {
  /** All rows. */
  <T> List<T> list(String sql, Row.Reader<T> reader, Object... arguments);

  /** The first row, if there is one. */
  <T> Optional<T> first(String sql, Row.Reader<T> reader, Object... arguments);

  /**
   * Runs an insert, update or delete and says how many rows it touched.
   *
   * @throws ConstraintException when a unique, check, foreign key or exclusion constraint refuses
   *     it; in PostgreSQL the transaction is then beyond use: let the exception out, or use {@code
   *     ON CONFLICT} instead
   */
  int run(String sql, Object... arguments);

  /**
   * Has {@code action} run after the commit, on the thread that asked for the change; not at all
   * when there is none. For waking who waits in this process; what must not be lost is a row
   * instead.
   */
  void afterCommit(Runnable action);

  /** Which SQL this store speaks. */
  Database.Dialect dialect();
}
