package io.postern.core;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Closes things in the reverse order of their opening; what fails keeps nothing else open. Used by
 * one thread.
 */
final class Closing {
  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /** Remembers something that was opened after everything before it. */
  void last(AutoCloseable opened) {
    open.push(opened);
  }

  /** Closes all; the first failure comes out with the others suppressed in it. */
  void close() {
    RuntimeException failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (RuntimeException e) {
        failure = joined(failure, e);
      } catch (Throwable e) {
        // Also an Error: what of a plug-in's lacks a class must not keep the store open.
        failure = joined(failure, new IllegalStateException("closing failed", e));
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Closes all because of {@code cause}, which gets the failures. */
  void closeAfter(Throwable cause) {
    try {
      close();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  private static RuntimeException joined(
      @org.jspecify.annotations.Nullable RuntimeException first, RuntimeException next) {
    if (first == null) {
      return next;
    }
    first.addSuppressed(next);
    return first;
  }
}
