package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.connector.Connectors;
import io.postern.core.connector.Endpoints;
import io.postern.core.credential.Lending;
import io.postern.core.jump.Items;
import io.postern.core.jump.Judge;
import io.postern.core.jump.Judge.Admission;
import io.postern.core.person.People;
import io.postern.core.recording.Recorder;
import io.postern.core.recording.Recorder.Redactions;
import io.postern.core.store.Database;
import io.postern.core.store.Ids;
import io.postern.core.tool.Guard;
import io.postern.credential.CandidateId;
import io.postern.credential.Candidates;
import io.postern.credential.Credential;
import io.postern.jump.HostKeyTrust;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpPolicy;
import io.postern.person.Person;
import io.postern.session.Connection;
import io.postern.session.SessionId;
import io.postern.session.SessionStatus;
import io.postern.spi.CallContext;
import io.postern.spi.connector.Connector;
import io.postern.spi.connector.Connector.OpenRequest;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.connector.EndpointConnection;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Connects a session: judges, checks, borrows, logs on once, and hands the guarded connection out.
 */
final class Connecting {
  private static final Duration LOG_ON_LIMIT = Duration.ofSeconds(30);

  private final Database database;
  private final SessionRows rows;
  private final People people;
  private final Judge judge;
  private final Items items;
  private final Connectors connectors;
  private final Lending lending;
  private final Recorder recorder;
  private final Guard guard;
  private final LiveSessions live;
  private final Beginning beginning;
  private final Journal journal;
  private final Ids ids;
  private final InstantSource clock;

  @Inject
  Connecting(
      Database database,
      SessionRows rows,
      People people,
      Judge judge,
      Items items,
      Connectors connectors,
      Lending lending,
      Recorder recorder,
      Guard guard,
      LiveSessions live,
      Beginning beginning,
      Journal journal,
      Ids ids,
      InstantSource clock) {
    this.database = database;
    this.rows = rows;
    this.people = people;
    this.judge = judge;
    this.items = items;
    this.connectors = connectors;
    this.lending = lending;
    this.recorder = recorder;
    this.guard = guard;
    this.live = live;
    this.beginning = beginning;
    this.journal = journal;
    this.ids = ids;
    this.clock = clock;
  }

  /** Everything that was found in order before a secret is fetched. */
  private record Ready(
      Person person, SessionRow row, JumpItem item, Endpoint endpoint, Connector connector) {
    JumpPolicy terms(Items items) {
      return items.policy(row.policy());
    }
  }

  /** A log-on that succeeded. */
  private record LoggedOn(EndpointConnection bare, Redactions redactions) {}

  Candidates candidates(SessionRow row, String search) {
    Person person = people.require(row.owner());
    JumpItem item = database.read(tx -> judge.admit(tx, person, row.item())).item();
    boolean typing = items.policy(row.policy()).typingAllowed();
    return lending.candidates(person, Endpoints.of(item), search, typing);
  }

  /** Connects with the chosen credential, or with the only one that fits. */
  Connection connect(SessionId id, Optional<CandidateId> chosen) {
    Ready ready = prepare(id);
    CandidateId credential =
        chosen.orElseGet(
            () ->
                Candidacy.only(
                    ready.item().name(),
                    lending.candidates(
                        ready.person(), ready.endpoint(), "", ready.terms(items).typingAllowed())));
    Lending.Loan loan =
        new Lending.Loan(
            ready.person(),
            id,
            ready.endpoint(),
            credential,
            latestEnd(ready.row()),
            ready.terms(items).rotateAfterUse());
    Lending.Borrowed borrowed = lending.borrow(loan);
    try (Credential first = borrowed.credential()) {
      return open(ready, first, credential.toString(), Optional.of(loan), borrowed);
    }
  }

  /** Connects with what the person typed; it is wiped whatever comes of it (rule LOG-4). */
  Connection connect(SessionId id, Credential typed) {
    try (typed) {
      Ready ready = prepare(id);
      if (!ready.terms(items).typingAllowed()) {
        throw new PosternException(
            ErrorCode.TYPING_FORBIDDEN,
            "the policy of "
                + ready.item().name()
                + " forbids credentials that are typed in; use one that is provided");
      }
      return open(ready, typed, "typed:" + typed.username(), Optional.empty(), null);
    }
  }

  private Ready prepare(SessionId id) {
    SessionRow row = database.read(tx -> rows.require(tx, id));
    SessionRows.requireConnectable(row);
    Person person = people.require(row.owner());
    Admission admission = database.read(tx -> judge.admit(tx, person, row.item()));
    Endpoint endpoint = Endpoints.of(admission.item());
    Connector connector = connectors.of(endpoint.method());
    List<String> missing = new ArrayList<>(connector.missing(endpoint));
    if (!missing.isEmpty()) {
      throw new PosternException(
          ErrorCode.PRECONDITION_FAILED, admission.item().name() + " cannot be connected", missing);
    }
    requireHostKey(admission.item());
    return new Ready(person, row, admission.item(), endpoint, connector);
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

  private Connection open(
      Ready ready,
      Credential credential,
      String credentialName,
      Optional<Lending.Loan> loan,
      Lending.@org.jspecify.annotations.Nullable Borrowed borrowed) {
    if (!ready.connector().accepts().contains(credential.kind())) {
      throw new PosternException(
          ErrorCode.PRECONDITION_FAILED,
          ready.item().name()
              + " cannot be logged on to with a "
              + credential.kind().name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ')
              + "; choose another credential");
    }
    LoggedOn loggedOn;
    try {
      loggedOn = logOn(ready, credential);
    } catch (PosternException e) {
      if (e.code() != ErrorCode.LOGON_REFUSED || loan.isEmpty() || borrowed == null) {
        throw refused(ready, credentialName, e);
      }
      loggedOn = logOnWithRotated(ready, credential, credentialName, loan.get(), borrowed, e);
    }
    return admit(ready, loggedOn, credentialName);
  }

  /**
   * The secret may have been rotated since it was fetched: it is fetched once more, and tried only
   * if it differs.
   */
  private LoggedOn logOnWithRotated(
      Ready ready,
      Credential refused,
      String credentialName,
      Lending.Loan loan,
      Lending.Borrowed borrowed,
      PosternException refusal) {
    try (Credential again = lending.again(loan, borrowed.lease())) {
      if (isSame(refused, again)) {
        throw refused(ready, credentialName, refusal);
      }
      return logOn(ready, again);
    }
  }

  private static boolean isSame(Credential one, Credential other) {
    if (one instanceof Credential.Password mine && other instanceof Credential.Password theirs) {
      return mine.username().equals(theirs.username()) && mine.password().sameAs(theirs.password());
    }
    return one instanceof Credential.PrivateKey mine
        && other instanceof Credential.PrivateKey theirs
        && mine.username().equals(theirs.username())
        && mine.key().sameAs(theirs.key());
  }

  private LoggedOn logOn(Ready ready, Credential credential) {
    CallContext call =
        new CallContext(
            ready.person(),
            Optional.of(ready.row().id()),
            "log-on",
            ids.next(),
            clock.instant().plus(LOG_ON_LIMIT));
    Redactions redactions = recorder.redactionsOf(credential);
    try {
      EndpointConnection bare =
          ready
              .connector()
              .open(
                  new OpenRequest(
                      ready.endpoint(),
                      credential,
                      items.judgeOf(ready.item(), ready.person().id()),
                      call));
      return new LoggedOn(bare, redactions);
    } catch (RuntimeException e) {
      redactions.close();
      throw e;
    }
  }

  private PosternException refused(Ready ready, String credentialName, PosternException e) {
    journal.write(
        Act.of(ready.person().id().value(), "session.connect.refused", ready.row().subject())
            .because(e.code().name())
            .with("credential", credentialName));
    return e;
  }

  /**
   * Lets a connection in that is logged on. The order keeps one rule against an end at the same
   * instant: either the end comes first and is seen here, or it comes later and finds the
   * connection to close.
   */
  private Connection admit(Ready ready, LoggedOn loggedOn, String credentialName) {
    SessionId id = ready.row().id();
    LiveSession session = live.enter(id);
    SessionGate gate =
        new SessionGate(ready.row(), session, database, rows, people, judge, journal);
    Connection connection = guard.wrap(loggedOn.bare(), gate, loggedOn.redactions());
    try {
      if (!session.add(connection)) {
        throw SessionRows.ended(database.read(tx -> rows.require(tx, id)));
      }
      beginning.connected(id, ready.person(), credentialName);
    } catch (RuntimeException e) {
      connection.close();
      live.leave(session, connection);
      throw e;
    }
    loggedOn
        .bare()
        .whenClosed(
            () -> {
              // The guard takes the connection down; to wait for that here would be to wait for the
              // thread that runs this, wherever the connector runs it while it closes.
              if (live.leave(session, connection)) {
                beginning.lastConnectionClosed(id);
              }
            });
    return connection;
  }

  private static Instant latestEnd(SessionRow row) {
    Course course = row.course();
    if (row.status() == SessionStatus.ACTIVE) {
      return course.endsAt().orElseThrow();
    }
    return course.endsAt().orElseGet(() -> course.claimBy().orElseThrow().plus(course.duration()));
  }
}
