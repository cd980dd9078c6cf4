package io.postern.core.credential;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A store as a process has it that dies: after so many changes no other comes to be, or not one.
 */
final class DyingDatabase implements Database {
  private enum Way {
    FOR_GOOD,
    FOR_A_WHILE,
    ONCE_AFTER_THE_COMMIT
  }

  private final Database real;
  private final AtomicInteger left;
  private final Way way;
  private final int times;

  DyingDatabase(Database real, int changes) {
    this(real, changes, Way.FOR_GOOD, 1);
  }

  private DyingDatabase(Database real, int changes, Way way, int times) {
    this.real = real;
    this.left = new AtomicInteger(changes);
    this.way = way;
    this.times = times;
  }

  /** One that is not there at all. */
  static DyingDatabase dead() {
    return new DyingDatabase(null, 0);
  }

  /** After so many changes the next one fails, and no other. */
  static DyingDatabase stumbling(Database real, int changes) {
    return stumbling(real, changes, 1);
  }

  /** After so many changes so many fail, and no others. */
  static DyingDatabase stumbling(Database real, int changes, int times) {
    return new DyingDatabase(real, changes, Way.FOR_A_WHILE, times);
  }

  /** After so many changes the next one is made, and nobody learns of it. */
  static DyingDatabase losingAnAnswer(Database real, int changes) {
    return new DyingDatabase(real, changes, Way.ONCE_AFTER_THE_COMMIT, 1);
  }

  boolean isDead() {
    return left.get() < 0;
  }

  @Override
  public <T> T read(Function<Tx, T> work) {
    return real.read(work);
  }

  @Override
  public <T> T change(Function<Tx, T> work) {
    int now = left.decrementAndGet();
    if (now < 0 && (way == Way.FOR_GOOD || now >= -times)) {
      if (way == Way.ONCE_AFTER_THE_COMMIT) {
        real.change(work);
      }
      throw new PosternException(ErrorCode.STORE_UNAVAILABLE, "this process is dead");
    }
    return real.change(work);
  }

  @Override
  public <T> T changeAtOnce(Function<Tx, T> work) {
    return change(work);
  }

  @Override
  public Dialect dialect() {
    return real.dialect();
  }

  @Override
  public void close() {}
}
