package io.postern.core.store;

/**
 * A constraint of the schema refused a row. Which one is named, so that a room can say what it
 * means.
 */
public final class ConstraintException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String constraint;

  public ConstraintException(String constraint, Throwable cause) {
    super("constraint " + constraint, cause);
    this.constraint = constraint;
  }

  /**
   * The constraint's name in PostgreSQL; in SQLite what its message names, such as {@code
   * lease.manager, lease.credential}.
   */
  public String constraint() {
    return constraint;
  }
}
