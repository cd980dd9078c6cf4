package io.postern.core.session;

/** Undoes a transaction whose session found no place. Never leaves this package. */
final class PlaceTakenException extends RuntimeException {
  private static final long serialVersionUID = 1L;
}
