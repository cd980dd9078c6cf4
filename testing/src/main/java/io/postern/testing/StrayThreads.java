package io.postern.testing;

import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that came to be and have not ended: of what a test has closed there must be none. Threads
 * of the test's own servers are known by how their names begin. Immutable.
 */
public final class StrayThreads {
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);

  private final Set<Thread> before;
  private final List<String> own;

  private StrayThreads(Set<Thread> before, List<String> own) {
    this.before = before;
    this.own = own;
  }

  /**
   * Looks for what comes from now on.
   *
   * @param own beginnings of the names of threads that may stay
   */
  public static StrayThreads fromNow(String... own) {
    return new StrayThreads(Set.copyOf(Thread.getAllStackTraces().keySet()), List.of(own));
  }

  /** The names of those that are there now. */
  public List<String> names() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.isAlive() && !before.contains(thread))
        .map(Thread::getName)
        .filter(name -> own.stream().noneMatch(name::startsWith))
        .sorted()
        .toList();
  }

  /** Returns as soon as there is none any more; fails with their names after half a minute. */
  public void awaitNone() {
    long end = System.nanoTime() + PATIENCE;
    List<String> names = names();
    while (!names.isEmpty()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("these threads go on: " + names);
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
      names = names();
    }
  }
}
