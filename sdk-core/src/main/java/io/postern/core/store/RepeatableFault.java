package io.postern.core.store;

/** Two transactions were in each other's way; the same work may well succeed next time. */
final class RepeatableFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RepeatableFault(Throwable cause) {
    super("another transaction was in the way", cause);
  }
}
