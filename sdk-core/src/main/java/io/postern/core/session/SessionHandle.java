package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.credential.CandidateId;
import io.postern.credential.Candidates;
import io.postern.credential.Credential;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.session.Connection;
import io.postern.session.EndReason;
import io.postern.session.Session;
import io.postern.session.SessionDetail;
import io.postern.session.SessionId;
import io.postern.session.SessionReport;
import io.postern.spi.injection.Injector;
import io.postern.text.Text;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** A session in the hands of one person: judges each call, and hands it on. */
final class SessionHandle implements Session {
  /** How often to look for what another process may have changed. */
  private static final long LOOK_NANOS = Duration.ofMillis(250).toNanos();

  /** Longer than any session waits, and short enough for a count of nanoseconds. */
  private static final Duration LONGEST_WAIT = Duration.ofDays(1_000);

  private final PersonId person;
  private final SessionId id;
  private final SessionRoom room;

  SessionHandle(PersonId person, SessionId id, SessionRoom room) {
    this.person = person;
    this.id = id;
    this.room = room;
  }

  @Override
  public SessionId id() {
    return id;
  }

  @Override
  public SessionDetail detail() {
    return requireReadable().detail();
  }

  /**
   * The session, if it is this person's or they administer sessions; else there is none (rule
   * VIS-2).
   */
  private SessionRow requireVisible() {
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

  private SessionRow requireOwn(String what) {
    SessionRow row = requireVisible();
    if (!row.owner().equals(person)) {
      throw refused(
          what, "only its owner may " + what + " session " + id + "; start a session of your own");
    }
    return row;
  }

  private SessionRow requireAdministered(String what) {
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
    room.journal()
        .write(
            Act.of(person.value(), "session." + what + ".refused", "session:" + id)
                .because(ErrorCode.NOT_PERMITTED.name()));
    return new PosternException(ErrorCode.NOT_PERMITTED, text);
  }

  @Override
  public Session awaitAvailable(Duration atMost) {
    Duration patience = atMost.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : atMost;
    long deadline = System.nanoTime() + patience.toNanos();
    try (Waiters.Place place = room.waiters().take(id)) {
      while (true) {
        SessionRow row = requireVisible();
        switch (row.status()) {
          case AVAILABLE, ACTIVE -> {
            return this;
          }
          case FROZEN, ENDING, ENDED -> SessionRows.requireConnectable(row, row.createdAt());
          case WAITING_FOR_APPROVAL, SCHEDULED, PROVISIONING -> {}
        }
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw notInTime(row, atMost);
        }
        place.await(Math.min(left, LOOK_NANOS));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PosternException(
          ErrorCode.INTERRUPTED, "the wait for session " + id + " was interrupted", e);
    }
  }

  private PosternException notInTime(SessionRow row, Duration atMost) {
    return new PosternException(
        ErrorCode.NOT_AVAILABLE_IN_TIME,
        "session "
            + id
            + " is still "
            + Text.words(row.status())
            + " after "
            + atMost
            + "; wait again, or end it");
  }

  @Override
  public Candidates candidates(String search) {
    return room.connecting().candidates(requireOwn("connect"), search);
  }

  @Override
  public Connection connect() {
    requireOwn("connect");
    return room.connecting().connect(id, person, Optional.empty());
  }

  @Override
  public Connection connect(CandidateId chosen) {
    requireOwn("connect");
    return room.connecting().connect(id, person, Optional.of(chosen));
  }

  @Override
  public Connection connect(Credential typed) {
    try {
      requireOwn("connect");
    } catch (RuntimeException e) {
      typed.close();
      throw e;
    }
    return room.connecting().connect(id, person, typed);
  }

  @Override
  public Candidates candidates(Injector<?> target) {
    return room.injecting().candidates(requireOwn("inject"), target);
  }

  @Override
  public <T extends AutoCloseable> T inject(Injector<T> target) {
    requireOwn("inject");
    return room.injecting().inject(id, person, target, Optional.empty());
  }

  @Override
  public <T extends AutoCloseable> T inject(Injector<T> target, CandidateId chosen) {
    requireOwn("inject");
    return room.injecting().inject(id, person, target, Optional.of(chosen));
  }

  @Override
  public <T extends AutoCloseable> T inject(Injector<T> target, Credential typed) {
    try {
      requireOwn("inject");
    } catch (RuntimeException e) {
      typed.close();
      throw e;
    }
    return room.injecting().inject(id, person, target, typed);
  }

  @Override
  public Instant extend(Duration more) {
    requireOwn("extend");
    return room.extending().extend(id, room.people().require(person), more);
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

  @Override
  public void end() {
    boolean own = isOwn() || requireVisible().owner().equals(person);
    EndReason reason = own ? EndReason.ENDED_BY_OWNER : EndReason.ENDED_BY_ADMINISTRATOR;
    room.ending().now(id, reason, "", person.value());
  }

  @Override
  public void release() {
    if (!isOwn()) {
      requireOwn("release");
    }
    room.ending().now(id, EndReason.RELEASED, "", person.value());
  }

  @Override
  public void freeze(String message) {
    requireAdministered("freeze");
    room.freezing().freeze(id, person.value(), message);
  }

  @Override
  public void unfreeze() {
    requireAdministered("unfreeze");
    room.freezing().unfreeze(id, person.value());
  }

  @Override
  public SessionReport report() {
    SessionRow row = requireReadable();
    room.journal().write(Act.of(person.value(), "session.report.read", row.subject()));
    return room.reports().of(row, person);
  }

  @Override
  public String toString() {
    return "session " + id;
  }
}
