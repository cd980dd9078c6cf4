package io.postern.core.audit;

import io.postern.core.store.Tx;

/** Where every room writes what it does, in the transaction that does it. */
public interface Journal {
  /** Writes one entry into {@code tx}. */
  void write(Tx tx, Act act);

  /** Writes one entry of its own: for refusals and looks, which change nothing else. */
  void write(Act act);
}
