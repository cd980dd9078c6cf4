package io.postern.credential;

import java.time.Instant;

/**
 * A look at a secret, for a limited time (rule OUT-2). Closing it ends the look: the secret is
 * wiped and the credential given back, and rotated where its manager can. Postern does the same at
 * {@link #until}, whatever the viewer does.
 *
 * <p>Safe for use by several threads. Closing blocks for the manager within its time limits; what
 * does not succeed is owed and tried again. Closing twice is harmless.
 */
public interface Viewing extends AutoCloseable {
  /** The lease of this look; {@link Credentials#checkIn} ends it too. */
  LeaseId lease();

  /** Which credential. */
  CandidateId id();

  /**
   * The credential with its secrets. They stay Postern's, and every read of them fails with CLOSED
   * once the look is over: show them from within the callback, and keep no copy.
   */
  Credential credential();

  /** When it ends at the latest. */
  Instant until();

  /** How many times this person has looked at this credential, this one included. */
  long times();

  /** Ends the look. */
  @Override
  void close();
}
