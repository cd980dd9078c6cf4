package io.postern.core.credential;

import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is called of a manager, and who takes care of what comes late.
 *
 * @param what for texts, such as {@code check-out}
 * @param capability what a member must be able to do for it
 * @param late gets an answer that nobody waits for any more
 * @param over runs when every try is over, however late, and {@code late} has had its answer
 * @param elsewhere whether a member that has not answered waits for something that is none of its
 *     store's, so that it is not lost when it is late
 */
record CallOrder<C, T extends @Nullable Object>(
    Way way,
    String what,
    Class<C> capability,
    Call<C, T> call,
    Consumer<T> late,
    Runnable over,
    BooleanSupplier elsewhere) {
  /** When another member may be asked (rule ECM-9). */
  enum Way {
    /** Nothing happens in the store: after a failure, and beside a member that keeps silent. */
    READ,
    /** Doing it twice is doing it once: after a failure. */
    REPEATABLE,
    /** Only when it is known that nothing happened. */
    ONCE
  }

  /** What is asked of a member. */
  interface Call<C, T extends @Nullable Object> {
    /**
     * Asks it.
     *
     * @param deadline nobody waits for the answer after this instant
     */
    T on(C member, Instant deadline);
  }
}
