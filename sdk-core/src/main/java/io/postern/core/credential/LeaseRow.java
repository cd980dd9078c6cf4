package io.postern.core.credential;

import io.postern.core.audit.Act;
import io.postern.core.store.Row;
import io.postern.credential.CandidateId;
import io.postern.credential.Lease;
import io.postern.credential.LeaseId;
import io.postern.jump.JumpItemId;
import io.postern.person.PersonId;
import io.postern.session.SessionId;
import java.time.Instant;
import java.util.Optional;

/**
 * A lease as the store has it.
 *
 * @param endpoint where the secret was lent for, as {@link LentEndpoints} writes it
 * @param exclusive whether this lease is what keeps the account for its holder: it was checked out
 *     and is checked in; any other was resolved and is released
 * @param untilAt a check-out is taken back then; a session's lease is renewed until then
 * @param node which process is lending it or giving it back right now, as long as {@code dueAt} has
 *     not come
 * @param attempts how often it was refused in what is owed now
 * @param silences tries in a row that the manager did not answer
 * @param settledAt when the manager took it back; a row that is still RETURNING owes a rotation
 *     only
 * @param late whether the manager's answer came after the lease had been settled; it is given back,
 *     and keeps the account from nobody meanwhile
 */
record LeaseRow(
    LeaseId id,
    Optional<SessionId> session,
    PersonId holder,
    JumpItemId item,
    String endpoint,
    CandidateId credential,
    String username,
    boolean exclusive,
    Lease.Purpose purpose,
    Lease.State state,
    boolean rotateAfter,
    String reference,
    boolean renewable,
    Optional<Instant> expiresAt,
    Optional<Instant> untilAt,
    Optional<String> node,
    int attempts,
    int silences,
    String lastFailure,
    Optional<Instant> settledAt,
    Optional<Instant> dueAt,
    boolean late,
    long version) {
  static final String COLUMNS =
      "id, session, holder, item, endpoint, manager, credential, username, exclusive, purpose, state,"
          + " rotate_after, reference, renewable, expires_at, until_at, node, attempts,"
          + " silences, last_failure, settled_at, due_at, late, version";

  static LeaseRow read(Row row) {
    return new LeaseRow(
        LeaseId.of(row.text("id")),
        row.optionalText("session").map(SessionId::of),
        PersonId.of(row.text("holder")),
        JumpItemId.of(row.text("item")),
        row.text("endpoint"),
        new CandidateId(row.text("manager"), row.text("credential")),
        row.text("username"),
        row.flag("exclusive"),
        Lease.Purpose.valueOf(row.text("purpose")),
        Lease.State.valueOf(row.text("state")),
        row.flag("rotate_after"),
        row.text("reference"),
        row.flag("renewable"),
        row.optionalInstant("expires_at"),
        row.optionalInstant("until_at"),
        row.optionalText("node"),
        (int) row.number("attempts"),
        (int) row.number("silences"),
        row.text("last_failure"),
        row.optionalInstant("settled_at"),
        row.optionalInstant("due_at"),
        row.flag("late"),
        row.number("version"));
  }

  /** Whether it is taken back at {@code untilAt}, whatever its holder does. */
  boolean endsByTime() {
    return purpose != Lease.Purpose.SESSION;
  }

  /** Whether somebody is at work on giving it back. */
  boolean isClaimed(Instant now) {
    return node.isPresent() && dueAt.filter(due -> due.isAfter(now)).isPresent();
  }

  /** Whether nobody is at it and nobody has tried it: it waits for its session, or for another. */
  boolean isUntried() {
    return node.isEmpty() && attempts == 0 && silences == 0;
  }

  /** What a person is shown. */
  Lease lease() {
    return new Lease(
        id,
        credential,
        username,
        holder,
        item,
        purpose,
        session,
        state,
        endsByTime() ? untilAt : Optional.empty(),
        lastFailure);
  }

  /** An audit entry about this lease, with what identifies the credential and no secret. */
  Act act(String actor, String action) {
    Act act =
        Act.of(actor, action, "lease:" + id)
            .with("credential", credential.key())
            .with("manager", credential.manager())
            .with("username", username)
            .with("holder", holder)
            .with("item", item);
    return session.map(in -> act.with("session", in)).orElse(act);
  }

  Act moving(String actor, String action, Lease.State to) {
    return act(actor, action).moving(state.name(), to.name());
  }
}
