package io.postern.session;

import io.postern.approval.RequestId;
import io.postern.jump.JumpItemId;
import io.postern.person.PersonId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A session as it stood when it was read. The same in every list and view (rule SES-3).
 *
 * @param id which session
 * @param item the jump item
 * @param itemName its name
 * @param owner whose it is
 * @param request the request it was approved by; empty when none was needed
 * @param reason why, or an empty text
 * @param ticket the ticket number, or an empty text
 * @param createdAt when it was asked for
 * @param start when it is to begin; empty for now
 * @param duration how long it may last from its first use, extensions included
 * @param state where it stands
 */
public record SessionDetail(
    SessionId id,
    JumpItemId item,
    String itemName,
    PersonId owner,
    Optional<RequestId> request,
    String reason,
    String ticket,
    Instant createdAt,
    Optional<Instant> start,
    Duration duration,
    SessionState state) {
  /** Where it stands. */
  public SessionStatus status() {
    return state.status();
  }
}
