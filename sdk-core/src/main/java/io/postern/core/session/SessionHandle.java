package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.credential.CandidateId;
import io.postern.credential.Candidates;
import io.postern.credential.Credential;
import io.postern.person.PersonId;
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
  private final SessionRights rights;

  SessionHandle(PersonId person, SessionId id, SessionRoom room) {
    this.person = person;
    this.id = id;
    this.room = room;
    this.rights = new SessionRights(person, id, room);
  }

  @Override
  public SessionId id() {
    return id;
  }

  SessionRights rights() {
    return rights;
  }

  @Override
  public SessionDetail detail() {
    return rights.requireReadable().detail();
  }

  @Override
  public Session awaitAvailable(Duration atMost) {
    Duration patience = atMost.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : atMost;
    long deadline = System.nanoTime() + patience.toNanos();
    try (Waiters.Place place = room.waiters().take(id)) {
      SessionRow row = rights.requireVisible();
      if (!isToCome(row)) {
        return come(row);
      }
      while (true) {
        long left = deadline - System.nanoTime();
        if (left <= 0) {
          throw notInTime(row, atMost);
        }
        place.await(Math.min(left, LOOK_NANOS));
        // The row alone: to ask the host's directory at each look, for each who waits, would be a
        // load on it, and end every wait when it fails once.
        row =
            room.database()
                .readAtOnce(tx -> room.rows().find(tx, id))
                .orElseThrow(() -> SessionRows.notFound(id));
        if (!isToCome(row)) {
          return come(rights.requireVisible());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PosternException(
          ErrorCode.INTERRUPTED, "the wait for session " + id + " was interrupted", e);
    }
  }

  private static boolean isToCome(SessionRow row) {
    return switch (row.status()) {
      case WAITING_FOR_APPROVAL, SCHEDULED, PROVISIONING -> true;
      case AVAILABLE, ACTIVE, FROZEN, ENDING, ENDED -> false;
    };
  }

  /** This, if it can be connected, whatever its time; else why not. */
  private Session come(SessionRow row) {
    SessionRows.requireConnectable(row, row.createdAt());
    return this;
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
    return room.connecting().candidates(rights.requireOwn("connect"), search);
  }

  @Override
  public Connection connect() {
    rights.requireOwn("connect");
    return room.connecting().connect(id, person, Optional.empty());
  }

  @Override
  public Connection connect(CandidateId chosen) {
    rights.requireOwn("connect");
    return room.connecting().connect(id, person, Optional.of(chosen));
  }

  @Override
  public Connection connect(Credential typed) {
    try {
      rights.requireOwn("connect");
    } catch (RuntimeException e) {
      typed.close();
      throw e;
    }
    return room.connecting().connect(id, person, typed);
  }

  @Override
  public Candidates candidates(Injector<?> target) {
    return room.injecting().candidates(rights.requireOwn("inject"), target);
  }

  @Override
  public <T extends AutoCloseable> T inject(Injector<T> target) {
    rights.requireOwn("inject");
    return room.injecting().inject(id, person, target, Optional.empty());
  }

  @Override
  public <T extends AutoCloseable> T inject(Injector<T> target, CandidateId chosen) {
    rights.requireOwn("inject");
    return room.injecting().inject(id, person, target, Optional.of(chosen));
  }

  @Override
  public <T extends AutoCloseable> T inject(Injector<T> target, Credential typed) {
    try {
      rights.requireOwn("inject");
    } catch (RuntimeException e) {
      typed.close();
      throw e;
    }
    return room.injecting().inject(id, person, target, typed);
  }

  @Override
  public Instant extend(Duration more) {
    rights.requireOwn("extend");
    return room.extending().extend(id, room.people().require(person), more);
  }

  @Override
  public void end() {
    room.ending().now(id, rights.requireMayEnd(), "", person.value());
  }

  @Override
  public void release() {
    rights.requireMayRelease();
    room.ending().now(id, EndReason.RELEASED, "", person.value());
  }

  @Override
  public void freeze(String message) {
    rights.requireMayFreeze();
    room.freezing().freeze(id, person.value(), message);
  }

  @Override
  public void unfreeze() {
    rights.requireAdministered("unfreeze");
    room.freezing().unfreeze(id, person.value());
  }

  @Override
  public SessionReport report() {
    SessionRow row = rights.requireReadable();
    room.journal().write(Act.of(person.value(), "session.report.read", row.subject()));
    return room.reports().of(row, person);
  }

  @Override
  public String toString() {
    return "session " + id;
  }
}
