package io.postern.core.store;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One caller's work in a group: what it is, how it went, and the caller who waits for it. */
final class GroupedWork<T> {
  private final Function<Tx, T> work;
  private final boolean oneStatement;
  private final CountDownLatch answered = new CountDownLatch(1);

  // Written by the writer before the latch opens, read by the caller after it.
  private List<Runnable> actions = List.of();
  private @Nullable T result;
  private @Nullable Throwable thrown;

  GroupedWork(Function<Tx, T> work, boolean oneStatement) {
    this.work = work;
    this.oneStatement = oneStatement;
  }

  /**
   * Runs it and keeps the outcome.
   *
   * @return whether it may stay; otherwise it is to be rolled back
   */
  boolean run(Statements statements, Faults faults, Arguments arguments) {
    JdbcTx tx =
        oneStatement
            ? JdbcTx.ofOne(statements, faults, arguments)
            : JdbcTx.ofMany(statements, faults, arguments);
    try {
      result = work.apply(tx);
    } catch (Throwable e) {
      thrown = e;
    }
    tx.end();
    tx.broken()
        .ifPresent(
            fault -> {
              throw new GroupBrokenException(fault);
            });
    actions = tx.actions();
    return thrown == null;
  }

  void succeed() {
    answered.countDown();
  }

  void fail(RuntimeException fault) {
    thrown = fault;
    answered.countDown();
  }

  /**
   * Waits for the answer, however often the caller is interrupted: whoever went away now would not
   * know whether the change is there.
   */
  T await() {
    Uninterrupted.await(answered);
    if (thrown instanceof RuntimeException fault) {
      throw fault;
    }
    if (thrown instanceof Error fault) {
      throw fault;
    }
    if (thrown != null) {
      throw new IllegalStateException("work threw what it did not declare", thrown);
    }
    AfterCommit.run(actions);
    return value();
  }

  @SuppressWarnings("NullAway") // work may answer null, and then the caller expects it
  private T value() {
    return result;
  }
}
