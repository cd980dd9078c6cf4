package io.postern.spi;

import static java.util.Objects.requireNonNull;

import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.session.SessionId;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * On whose behalf a plug-in is called, what for, and until when (rule ECM-6).
 *
 * @param person the person who acts
 * @param session the session it is for; empty outside any
 * @param item the jump item it is about; empty where there is none
 * @param purpose what for, in a few words for the plug-in's own audit, such as {@code log-on}
 * @param callId the same for each try of one act, so that a store that knows idempotency keys acts
 *     once
 * @param deadline nobody waits for the answer after this instant
 */
public record CallContext(
    Person person,
    Optional<SessionId> session,
    Optional<JumpItemId> item,
    String purpose,
    String callId,
    Instant deadline) {
  public CallContext {
    requireNonNull(person, "person");
    requireNonNull(session, "session");
    requireNonNull(item, "item");
    requireNonNull(purpose, "purpose");
    requireNonNull(callId, "callId");
    requireNonNull(deadline, "deadline");
  }

  /** How much time is left, as the given clock has it; nothing when the deadline has passed. */
  public Duration timeLeft(InstantSource clock) {
    Duration left = Duration.between(clock.instant(), deadline);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
