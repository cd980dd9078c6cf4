package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.connector.Connectors;
import io.postern.core.credential.Lending;
import io.postern.core.jump.Items;
import io.postern.core.jump.Judge;
import io.postern.core.jump.Judge.Admission;
import io.postern.core.person.People;
import io.postern.core.session.LoggingOn.LoggedOn;
import io.postern.core.store.Database;
import io.postern.core.tool.Guard;
import io.postern.core.tool.Guard.Guarded;
import io.postern.credential.CandidateId;
import io.postern.credential.Candidates;
import io.postern.credential.Credential;
import io.postern.jump.HostKeyTrust;
import io.postern.jump.JumpItem;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.session.Connection;
import io.postern.session.SessionId;
import io.postern.session.SessionStatus;
import io.postern.spi.connector.Connector;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.connector.ShowsHostKeys;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Connects a session: judges, checks, borrows, logs on once, and hands the guarded connection out.
 */
final class Connecting {
  private final Database database;
  private final SessionRows rows;
  private final People people;
  private final Judge judge;
  private final StillAsked stillAsked;
  private final Items items;
  private final Connectors connectors;
  private final Lending lending;
  private final LoggingOn loggingOn;
  private final Guard guard;
  private final LiveSessions live;
  private final Beginning beginning;
  private final Journal journal;
  private final InstantSource clock;

  @Inject
  Connecting(
      Database database,
      SessionRows rows,
      People people,
      Judge judge,
      StillAsked stillAsked,
      Items items,
      Connectors connectors,
      Lending lending,
      LoggingOn loggingOn,
      Guard guard,
      LiveSessions live,
      Beginning beginning,
      Journal journal,
      InstantSource clock) {
    this.database = database;
    this.rows = rows;
    this.people = people;
    this.judge = judge;
    this.stillAsked = stillAsked;
    this.items = items;
    this.connectors = connectors;
    this.lending = lending;
    this.loggingOn = loggingOn;
    this.guard = guard;
    this.live = live;
    this.beginning = beginning;
    this.journal = journal;
    this.clock = clock;
  }

  Candidates candidates(SessionRow row, String search) {
    Person person = people.require(row.owner());
    JumpItem item = database.read(tx -> judge.admit(tx, person, row.item())).item();
    boolean typing = items.policy(row.policy()).typingAllowed();
    Endpoint endpoint = Connectors.endpoint(item);
    return Candidacy.accepted(
        lending.candidates(person, endpoint, search, typing), connectors.of(endpoint.method()));
  }

  /** Connects with the chosen credential, or with the only one that fits. */
  Connection connect(SessionId id, PersonId owner, Optional<CandidateId> chosen) {
    return audited(
        id,
        owner,
        chosen.map(CandidateId::toString).orElse(""),
        () -> {
          ReadyToConnect ready = prepare(id);
          Candidates fitting =
              lending.candidates(
                  ready.person(), ready.endpoint(), "", ready.terms().typingAllowed());
          CandidateId credential =
              chosen.orElseGet(
                  () ->
                      Candidacy.only(
                          ready.item().name(), Candidacy.accepted(fitting, ready.connector())));
          fitting.found().stream()
              .filter(candidate -> candidate.id().equals(credential))
              .forEach(candidate -> ready.requireAccepted(candidate.kind()));
          return admit(ready, loggingOn.borrowed(ready, credential), credential.toString());
        });
  }

  /** Connects with what the person typed; it is wiped whatever comes of it (rule LOG-4). */
  Connection connect(SessionId id, PersonId owner, Credential typed) {
    try (typed) {
      String name = "typed:" + typed.username();
      return audited(
          id,
          owner,
          name,
          () -> {
            ReadyToConnect ready = prepare(id);
            if (!ready.terms().typingAllowed()) {
              throw new PosternException(
                  ErrorCode.TYPING_FORBIDDEN,
                  "the policy of "
                      + ready.item().name()
                      + " forbids credentials that are typed in; use one that is provided");
            }
            ready.requireAccepted(typed.kind());
            return admit(ready, loggingOn.with(ready, typed), name);
          });
    }
  }

  /** What is refused is written down too (rule SES-15). */
  private Connection audited(
      SessionId id, PersonId owner, String credential, Supplier<Connection> attempt) {
    try {
      return attempt.get();
    } catch (PosternException e) {
      Act act =
          Act.of(owner.value(), "session.connect.refused", "session:" + id)
              .because(e.code().name());
      try {
        journal.write(credential.isEmpty() ? act : act.with("credential", credential));
      } catch (PosternException store) {
        e.addSuppressed(store);
      }
      throw e;
    }
  }

  private ReadyToConnect prepare(SessionId id) {
    SessionRow row =
        database.read(
            tx -> {
              SessionRow found = rows.require(tx, id);
              SessionRows.requireConnectable(found, clock.instant());
              beginning.requireHere(tx, found);
              return found;
            });
    Person person = people.require(row.owner());
    Admission admission =
        database.read(
            tx -> {
              Admission now = judge.admit(tx, person, row.item());
              if (row.status() == SessionStatus.AVAILABLE) {
                stillAsked.require(tx, row, now);
              }
              return now;
            });
    Endpoint endpoint = Connectors.endpoint(admission.item());
    Connector connector = connectors.of(endpoint.method());
    List<String> missing = connector.missing(endpoint);
    if (!missing.isEmpty()) {
      throw new PosternException(
          ErrorCode.PRECONDITION_FAILED, admission.item().name() + " cannot be connected", missing);
    }
    if (connector instanceof ShowsHostKeys) {
      requireHostKey(admission.item());
    }
    return new ReadyToConnect(
        person, row, admission.item(), endpoint, connector, items.policy(row.policy()));
  }

  /** An endpoint that cannot be trusted anyway is not worth a secret (rules INJ-3, INJ-5). */
  private void requireHostKey(JumpItem item) {
    if (item.hostKeyTrust() == HostKeyTrust.ENROLLED_ONLY
        && database.read(tx -> items.hostKeys(tx, item.id())).isEmpty()) {
      throw new PosternException(
          ErrorCode.HOST_KEY_UNKNOWN,
          "no host key of "
              + item.name()
              + " ("
              + item.host()
              + ":"
              + item.port()
              + ") is enrolled, so nothing proves that it is the right host; have an administrator enrol"
              + " its key and compare the fingerprint");
    }
  }

  /**
   * Lets a connection in that is logged on. The order keeps one rule against an end at the same
   * instant: either the end comes first and is seen here, or it comes later and finds the
   * connection to close.
   */
  private Connection admit(ReadyToConnect ready, LoggedOn loggedOn, String credentialName) {
    SessionId id = ready.row().id();
    LiveSession session = entered(id, loggedOn);
    Guarded connection = guarded(ready, session, loggedOn);
    try {
      if (!session.add(connection)) {
        throw SessionRows.ended(database.read(tx -> rows.require(tx, id)));
      }
      beginning.connected(id, ready.person(), credentialName);
      // The guard closes what is over a connection that ends; here the session learns of it. This
      // may run inside the closing itself, so it must not wait for that.
      loggedOn
          .bare()
          .whenClosed(
              () -> {
                if (live.leave(session, connection)) {
                  beginning.lastConnectionClosed(id);
                }
              });
    } catch (RuntimeException e) {
      live.leave(session, connection);
      connection.close();
      throw e;
    }
    return connection;
  }

  private LiveSession entered(SessionId id, LoggedOn loggedOn) {
    try {
      return live.enter(id);
    } catch (RuntimeException e) {
      loggedOn.closeAfter(e);
      throw e;
    }
  }

  private Guarded guarded(ReadyToConnect ready, LiveSession session, LoggedOn loggedOn) {
    try {
      SessionGate gate =
          new SessionGate(ready.row(), session, database, rows, people, judge, journal, clock);
      return guard.wrap(loggedOn.bare(), gate, loggedOn.redactions());
    } catch (RuntimeException e) {
      live.leave(session);
      loggedOn.closeAfter(e);
      throw e;
    }
  }
}
