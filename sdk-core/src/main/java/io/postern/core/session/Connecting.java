package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.connector.Connectors;
import io.postern.core.jump.Items;
import io.postern.core.recording.Recorder;
import io.postern.core.recording.Recorder.Redactions;
import io.postern.core.store.Database;
import io.postern.core.tool.Guard;
import io.postern.core.tool.Guard.Guarded;
import io.postern.credential.CandidateId;
import io.postern.credential.Candidates;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.jump.HostKeyTrust;
import io.postern.jump.JumpItem;
import io.postern.person.PersonId;
import io.postern.session.Connection;
import io.postern.session.SessionId;
import io.postern.spi.CallContext;
import io.postern.spi.connector.Connector.OpenRequest;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.connector.EndpointConnection;
import io.postern.spi.connector.ShowsHostKeys;
import jakarta.inject.Inject;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Connects a session: judges, checks, borrows, logs on once, and hands the guarded connection out.
 */
final class Connecting {
  private final Database database;
  private final SessionRows rows;
  private final Preparing preparing;
  private final Items items;
  private final Connectors connectors;
  private final LoggingOn loggingOn;
  private final Recorder recorder;
  private final Guard guard;
  private final LiveSessions live;
  private final Beginning beginning;
  private final Gates gates;
  private final ByConnector byConnector = new ByConnector();

  @Inject
  Connecting(
      Database database,
      SessionRows rows,
      Preparing preparing,
      Items items,
      Connectors connectors,
      LoggingOn loggingOn,
      Recorder recorder,
      Guard guard,
      LiveSessions live,
      Beginning beginning,
      Gates gates) {
    this.database = database;
    this.rows = rows;
    this.preparing = preparing;
    this.items = items;
    this.connectors = connectors;
    this.loggingOn = loggingOn;
    this.recorder = recorder;
    this.guard = guard;
    this.live = live;
    this.beginning = beginning;
    this.gates = gates;
  }

  /** The connector of the item's method. */
  private class ByConnector implements Preparing.Taker {
    @Override
    public String act() {
      return "connect";
    }

    @Override
    public Set<CredentialKind> accepts(Endpoint endpoint) {
      return connectors.of(endpoint.method()).accepts();
    }

    @Override
    public List<String> missing(Endpoint endpoint) {
      return connectors.of(endpoint.method()).missing(endpoint);
    }

    @Override
    public void requireTrusted(JumpItem item) {
      if (connectors.of(item.method()) instanceof ShowsHostKeys) {
        requireHostKey(item);
      }
    }
  }

  /** Those that the connector takes; for a method without one, those that can be injected. */
  Candidates candidates(SessionRow row, String search) {
    return preparing.candidates(
        row,
        new ByConnector() {
          @Override
          public Set<CredentialKind> accepts(Endpoint endpoint) {
            return connectors.has(endpoint.method())
                ? super.accepts(endpoint)
                : EnumSet.allOf(CredentialKind.class);
          }
        },
        search);
  }

  /** Connects with the chosen credential, or with the only one that fits. */
  Connection connect(SessionId id, PersonId owner, Optional<CandidateId> chosen) {
    return preparing.audited(
        id,
        owner,
        byConnector,
        chosen.map(CandidateId::toString).orElse(""),
        () -> {
          ReadyToConnect ready = preparing.prepare(id, byConnector);
          CandidateId credential = preparing.credential(ready, chosen);
          return admit(
              ready,
              loggingOn.borrowed(
                  ready,
                  credential,
                  "connector '" + ready.endpoint().method() + "'",
                  (fetched, call) -> open(ready, fetched, call)),
              credential.toString());
        });
  }

  /** Connects with what the person typed; it is wiped whatever comes of it (rule LOG-4). */
  Connection connect(SessionId id, PersonId owner, Credential typed) {
    try (typed) {
      String name = "typed:" + typed.username();
      return preparing.audited(
          id,
          owner,
          byConnector,
          name,
          () -> {
            ReadyToConnect ready = preparing.prepare(id, byConnector);
            Preparing.requireTyped(ready, typed);
            return admit(
                ready,
                loggingOn.with(ready, typed, (given, call) -> open(ready, given, call)),
                name);
          });
    }
  }

  private LoggedOn open(ReadyToConnect ready, Credential credential, CallContext call) {
    Redactions redactions = recorder.redactionsOf(credential);
    try {
      EndpointConnection bare =
          connectors
              .of(ready.endpoint().method())
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
    LiveSession session = entered(id, ready.row().owner(), loggedOn);
    Guarded connection = guarded(ready, session, loggedOn);
    try {
      if (!session.add(connection)) {
        throw SessionRows.ended(database.read(tx -> rows.require(tx, id)));
      }
      beginning.connected(
          id,
          ready.person(),
          Act.of(ready.person().id().value(), "session.connected", ready.row().subject())
              .because("a connection was opened")
              .with("credential", credentialName));
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

  private LiveSession entered(SessionId id, PersonId owner, LoggedOn loggedOn) {
    try {
      return live.enter(id, owner);
    } catch (RuntimeException e) {
      loggedOn.closeAfter(e);
      throw e;
    }
  }

  private Guarded guarded(ReadyToConnect ready, LiveSession session, LoggedOn loggedOn) {
    try {
      return guard.wrap(loggedOn.bare(), gates.of(ready.row(), session), loggedOn.redactions());
    } catch (RuntimeException e) {
      live.leave(session);
      loggedOn.closeAfter(e);
      throw e;
    }
  }
}
