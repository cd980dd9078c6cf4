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
  private final Database real;
  private final AtomicInteger left;
  private final boolean forGood;

  DyingDatabase(Database real, int changes) {
    this(real, changes, true);
  }

  private DyingDatabase(Database real, int changes, boolean forGood) {
    this.real = real;
    this.left = new AtomicInteger(changes);
    this.forGood = forGood;
  }

  /** After so many changes the next one fails, and no other. */
  static DyingDatabase stumbling(Database real, int changes) {
    return new DyingDatabase(real, changes, false);
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
    if (forGood ? now < 0 : now == -1) {
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
