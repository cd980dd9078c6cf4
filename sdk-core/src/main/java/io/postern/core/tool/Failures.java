package io.postern.core.tool;

import org.jspecify.annotations.Nullable;

/** Several steps of which each is taken whatever became of the others. Used by one thread. */
final class Failures {
  private @Nullable RuntimeException first;

  /** Takes a step and keeps what it throws. */
  void of(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      add(e);
    }
  }

  void add(RuntimeException failure) {
    if (first == null) {
      first = failure;
    } else if (first != failure) {
      first.addSuppressed(failure);
    }
  }

  @Nullable RuntimeException first() {
    return first;
  }

  /** Throws the first failure, the others suppressed in it. */
  void throwFirst() {
    if (first != null) {
      throw first;
    }
  }
}
