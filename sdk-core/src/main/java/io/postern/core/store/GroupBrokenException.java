package io.postern.core.store;

/** A work's statement failed in a way that took the whole group's transaction with it. */
final class GroupBrokenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final RuntimeException fault;

  GroupBrokenException(RuntimeException fault) {
    super(fault);
    this.fault = fault;
  }

  RuntimeException fault() {
    return fault;
  }
}
