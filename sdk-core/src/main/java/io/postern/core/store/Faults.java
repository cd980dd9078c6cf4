package io.postern.core.store;

import java.sql.SQLException;

/** What an engine's errors mean. */
interface Faults {
  /** The exception for callers. Never holds an argument of the statement. */
  RuntimeException translate(SQLException fault, String doing);

  /** Whether the transaction is beyond use after this error. */
  boolean breaksTransaction(SQLException fault);

  /** Which SQL the engine speaks. */
  Database.Dialect dialect();
}
