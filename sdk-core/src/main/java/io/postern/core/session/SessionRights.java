package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.session.EndReason;
import io.postern.session.SessionId;
import java.util.Optional;

/**
 * What one person may do to one session, judged at each call. To end or freeze one with connections
 * here it must be possible to judge also while the store is away.
 */
final class SessionRights {
  private final PersonId person;
  private final SessionId id;
  private final SessionRoom room;

  SessionRights(PersonId person, SessionId id, SessionRoom room) {
    this.person = person;
    this.id = id;
    this.room = room;
  }

  /**
   * The session, if it is this person's or they administer sessions; else there is none (rule
   * VIS-2).
   */
  SessionRow requireVisible() {
    Person reader = room.people().require(person);
    return room.database()
        .read(tx -> room.rows().find(tx, id))
        .filter(row -> row.owner().equals(person) || reader.may(Privilege.ADMINISTER_SESSIONS))
        .orElseThrow(() -> SessionRows.notFound(id));
  }

  /**
   * The session for whoever has it in their lists and may read its report: also members of the
   * item's group with that permission (rules CAT-2, SES-3).
   */
  SessionRow requireReadable() {
    Person reader = room.people().require(person);
    return room.database()
        .read(
            tx ->
                room.rows()
                    .find(tx, id)
                    .filter(
                        row ->
                            row.owner().equals(person)
                                || reader.may(Privilege.ADMINISTER_SESSIONS)
                                || room.judge().mayViewReports(tx, reader, row.item())))
        .orElseThrow(() -> SessionRows.notFound(id));
  }

  SessionRow requireOwn(String what) {
    SessionRow row = requireVisible();
    if (!row.owner().equals(person)) {
      throw refused(
          what, "only its owner may " + what + " session " + id + "; start a session of your own");
    }
    return row;
  }

  SessionRow requireAdministered(String what) {
    SessionRow row = requireVisible();
    if (!room.people().require(person).may(Privilege.ADMINISTER_SESSIONS)) {
      throw refused(
          what,
          "you may not "
              + what
              + " session "
              + id
              + "; that needs "
              + Privilege.ADMINISTER_SESSIONS
              + "; ask somebody who has it");
    }
    return row;
  }

  private PosternException refused(String what, String text) {
    return room.journal()
        .refused(
            new PosternException(ErrorCode.NOT_PERMITTED, text),
            Act.of(person.value(), "session." + what + ".refused", "session:" + id)
                .because(ErrorCode.NOT_PERMITTED.name()));
  }

  /**
   * Whether it is this person's, without the directory: letting go of one's own needs no right, and
   * must be possible while the directory is down.
   */
  private boolean isOwn() {
    return room.database()
        .read(tx -> room.rows().find(tx, id))
        .filter(row -> row.owner().equals(person))
        .isPresent();
  }

  /** The reason with which this person ends it; refused to who may not. */
  EndReason requireMayEnd() {
    try {
      return reason(isOwn() || requireVisible().owner().equals(person));
    } catch (PosternException e) {
      return requireMayEndHere(e);
    }
  }

  private static EndReason reason(boolean own) {
    return own ? EndReason.ENDED_BY_OWNER : EndReason.ENDED_BY_ADMINISTRATOR;
  }

  /**
   * The same where the store could not be asked: whose the session is this process knows of those
   * with connections here, and an administrator is known to the directory.
   *
   * @param fault why it could not be judged; thrown where this cannot tell either
   */
  EndReason requireMayEndHere(PosternException fault) {
    if (isOwnHere(fault)) {
      return reason(true);
    }
    requireAdministeredHere(fault);
    return reason(false);
  }

  void requireMayRelease() {
    try {
      if (!isOwn()) {
        requireOwn("release");
      }
    } catch (PosternException e) {
      if (!isOwnHere(e)) {
        throw e;
      }
    }
  }

  void requireMayFreeze() {
    try {
      requireAdministered("freeze");
    } catch (PosternException e) {
      requireAdministeredHere(e);
    }
  }

  private boolean isOwnHere(PosternException fault) {
    return ownerHere(fault).filter(person::equals).isPresent();
  }

  private void requireAdministeredHere(PosternException fault) {
    if (ownerHere(fault).isEmpty()
        || !room.people().require(person).may(Privilege.ADMINISTER_SESSIONS)) {
      throw fault;
    }
  }

  private Optional<PersonId> ownerHere(PosternException fault) {
    return Unwritten.isBy(fault) ? room.live().find(id).map(LiveSession::owner) : Optional.empty();
  }
}
