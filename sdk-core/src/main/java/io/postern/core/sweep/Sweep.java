package io.postern.core.sweep;

/**
 * Work that time makes due: each room contributes one for its own rows. A sweep takes the rows that
 * are due by the one clock, a bounded number in a pass, in a way that two nodes sweeping at once
 * never do one thing twice.
 */
public interface Sweep {
  /** For log lines. */
  String name();

  /**
   * Does what is due now.
   *
   * @return whether more may be due at once, because the pass was full
   */
  boolean sweep();
}
