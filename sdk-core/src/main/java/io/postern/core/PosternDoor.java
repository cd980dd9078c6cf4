package io.postern.core;

import io.postern.Access;
import io.postern.ErrorCode;
import io.postern.Postern;
import io.postern.PosternException;
import io.postern.approval.Approvals;
import io.postern.approval.DecisionToken;
import io.postern.approval.EmailedDecision;
import io.postern.audit.AuditTrail;
import io.postern.core.approval.ApprovalServices;
import io.postern.core.audit.AuditTrails;
import io.postern.core.credential.CredentialServices;
import io.postern.core.jump.JumpServices;
import io.postern.core.notice.Inboxes;
import io.postern.core.person.People;
import io.postern.core.recording.RecordingAccess;
import io.postern.core.session.SessionServices;
import io.postern.core.sweep.Sweeper;
import io.postern.credential.Credentials;
import io.postern.jump.Catalog;
import io.postern.jump.JumpItems;
import io.postern.notice.Inbox;
import io.postern.person.PersonId;
import io.postern.recording.Recordings;
import io.postern.session.Sessions;
import jakarta.inject.Inject;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The door: hands each person the services of the rooms. */
final class PosternDoor implements Postern {
  private final People people;
  private final JumpServices jump;
  private final ApprovalServices approvals;
  private final SessionServices sessions;
  private final CredentialServices credentials;
  private final Inboxes inboxes;
  private final RecordingAccess recordings;
  private final AuditTrails trails;
  private final Sweeper sweeper;
  private final AtomicReference<@Nullable Closing> closing = new AtomicReference<>();

  @Inject
  PosternDoor(
      People people,
      JumpServices jump,
      ApprovalServices approvals,
      SessionServices sessions,
      CredentialServices credentials,
      Inboxes inboxes,
      RecordingAccess recordings,
      AuditTrails trails,
      Sweeper sweeper) {
    this.people = people;
    this.jump = jump;
    this.approvals = approvals;
    this.sessions = sessions;
    this.credentials = credentials;
    this.inboxes = inboxes;
    this.recordings = recordings;
    this.trails = trails;
    this.sweeper = sweeper;
  }

  /** Starts what works by itself; from now on this door closes what {@code ground} holds. */
  void open(Closing ground) {
    sessions.open();
    ground.last(sessions);
    sweeper.start();
    ground.last(sweeper);
    closing.set(ground);
  }

  /** Runs what time makes due, for tests that drive time. */
  boolean sweepNow() {
    return sweeper.sweepNow();
  }

  @Override
  public Access as(PersonId person) {
    requireOpen();
    return new PersonalAccess(person);
  }

  @Override
  public EmailedDecision emailedDecision(DecisionToken token) {
    requireOpen();
    return approvals.emailed(token);
  }

  private void requireOpen() {
    if (closing.get() == null) {
      throw new PosternException(ErrorCode.CLOSED, "this Postern was closed; build a new one");
    }
  }

  @Override
  public void close() {
    Closing ground = closing.getAndSet(null);
    if (ground != null) {
      ground.close();
    }
  }

  /** The services as one person may use them. */
  private final class PersonalAccess implements Access {
    private final PersonId person;

    private PersonalAccess(PersonId person) {
      this.person = person;
    }

    @Override
    public PersonId person() {
      return person;
    }

    @Override
    public JumpItems jumpItems() {
      requireOpen();
      return jump.jumpItems(person);
    }

    @Override
    public Approvals approvals() {
      requireOpen();
      return approvals.approvals(person);
    }

    @Override
    public Sessions sessions() {
      requireOpen();
      return sessions.sessions(person);
    }

    @Override
    public Credentials credentials() {
      requireOpen();
      return credentials.credentials(person);
    }

    @Override
    public Inbox inbox() {
      requireOpen();
      people.require(person);
      return inboxes.of(person);
    }

    @Override
    public Recordings recordings() {
      requireOpen();
      return recordings.recordings(person);
    }

    @Override
    public Catalog catalog() {
      requireOpen();
      return jump.catalog(person);
    }

    @Override
    public AuditTrail audit() {
      requireOpen();
      return trails.readBy(person, privilege -> people.require(person).may(privilege));
    }
  }
}
