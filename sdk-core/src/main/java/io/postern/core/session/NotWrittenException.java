package io.postern.core.session;

import io.postern.core.session.SessionInsert.Outcome;

/** Undoes a transaction whose session was not written. Never leaves this package. */
final class NotWrittenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Outcome outcome;

  NotWrittenException(Outcome outcome) {
    super(outcome.name());
    this.outcome = outcome;
  }

  Outcome outcome() {
    return outcome;
  }
}
