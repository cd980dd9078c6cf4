package io.postern.core;

import java.util.List;

/** The threads that run in this process now. */
public final class Threads {
  private Threads() {}

  /** Those of this name. */
  public static List<Thread> all(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .toList();
  }

  /** The only one of this name. */
  public static Thread named(String name) {
    List<Thread> found = all(name);
    if (found.size() != 1) {
      throw new AssertionError(found.size() + " threads are named '" + name + "'");
    }
    return found.get(0);
  }

  /** Whether a thread waits for a limited time in a method of this class. */
  public static boolean waitsIn(Thread thread, Class<?> type) {
    return thread.getState() == Thread.State.TIMED_WAITING
        && List.of(thread.getStackTrace()).stream()
            .anyMatch(frame -> frame.getClassName().startsWith(type.getName()));
  }
}
