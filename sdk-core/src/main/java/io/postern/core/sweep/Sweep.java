package io.postern.core.sweep;

/**
 * Work that time makes due: each room contributes one for its own rows. A sweep takes the rows that
 * are due by the one clock, a bounded number in a pass, in a way that two nodes sweeping at once
 * never do one thing twice.
 *
 * <p>All sweeps share one thread, so one that waits for the outside holds up the others: it hands
 * what may be slow to a thread of its own and returns. One that is also {@link AutoCloseable} is
 * closed with the {@link Sweeper}.
 *
 * <p>A room's module contributes its sweep so:
 *
 * <pre>{@code
 * Multibinder.newSetBinder(binder(), Sweep.class).addBinding().to(LeaseSweep.class);
 * }</pre>
 *
 * From a {@code PrivateModule} that would reach the private set only. Either the module is a plain
 * {@code AbstractModule} whose own types are package-private, which hides them as well, or it
 * exposes the sweep under its own annotation and a plain module beside it adds that key to the set.
 */
public interface Sweep {
  /** For log lines. */
  String name();

  /**
   * Called once, before this process does anything that is swept for; what it throws keeps Postern
   * from opening.
   */
  default void begin() {}

  /**
   * Does what is due now.
   *
   * @return whether more may be due at once, because the pass was full
   */
  boolean sweep();
}
