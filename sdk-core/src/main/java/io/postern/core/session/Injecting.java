package io.postern.core.session;

import static java.util.Objects.requireNonNull;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.jump.Judge;
import io.postern.core.session.LoggingOn.Attempt;
import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import io.postern.credential.CandidateId;
import io.postern.credential.Candidates;
import io.postern.credential.Credential;
import io.postern.credential.CredentialKind;
import io.postern.jump.JumpItem;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.session.SessionId;
import io.postern.session.Tool;
import io.postern.spi.CallContext;
import io.postern.spi.connector.Endpoint;
import io.postern.spi.injection.Injector;
import io.postern.spi.injection.Injector.InjectRequest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Injects credentials into what the host names: judged, fetched and tried as for a connection, and
 * closed with the session (rules INJ-1 to INJ-4).
 */
final class Injecting {
  private final Database database;
  private final SessionRows rows;
  private final Preparing preparing;
  private final Judge judge;
  private final LoggingOn loggingOn;
  private final LiveSessions live;
  private final Beginning beginning;
  private final Gates gates;

  @Inject
  Injecting(
      Database database,
      SessionRows rows,
      Preparing preparing,
      Judge judge,
      LoggingOn loggingOn,
      LiveSessions live,
      Beginning beginning,
      Gates gates) {
    this.database = database;
    this.rows = rows;
    this.preparing = preparing;
    this.judge = judge;
    this.loggingOn = loggingOn;
    this.live = live;
    this.beginning = beginning;
    this.gates = gates;
  }

  /** An injector of the host's or a vendor's. */
  private final class ByInjector implements Preparing.Taker {
    private final Injector<?> injector;

    ByInjector(Injector<?> injector) {
      this.injector = injector;
    }

    @Override
    public String act() {
      return "inject";
    }

    @Override
    public void judge(Tx tx, Person person, JumpItem item) {
      if (!judge.tools(tx, person, item.id()).allowed().contains(Tool.INJECTION)) {
        throw SessionGate.notAllowed(Tool.INJECTION, item.name());
      }
    }

    @Override
    public Set<CredentialKind> accepts(Endpoint endpoint) {
      return injector.accepts();
    }

    @Override
    public List<String> missing(Endpoint endpoint) {
      return injector.missing(endpoint);
    }
  }

  /** Those that the injector takes. */
  Candidates candidates(SessionRow row, Injector<?> injector) {
    return preparing.candidates(row, new ByInjector(injector), "");
  }

  /** Injects the chosen credential, or the only one that fits. */
  <T extends AutoCloseable> T inject(
      SessionId id, PersonId owner, Injector<T> injector, Optional<CandidateId> chosen) {
    ByInjector taker = new ByInjector(injector);
    return preparing.audited(
        id,
        owner,
        taker,
        chosen.map(CandidateId::toString).orElse(""),
        () -> {
          ReadyToConnect ready = preparing.prepare(id, taker);
          CandidateId credential = preparing.credential(ready, chosen);
          return admitted(
              ready,
              injector,
              credential.toString(),
              attempt ->
                  loggingOn.borrowed(
                      ready, credential, "injector '" + injector.name() + "'", attempt));
        });
  }

  /** Injects what the person typed; it is wiped whatever comes of it (rule LOG-4). */
  <T extends AutoCloseable> T inject(
      SessionId id, PersonId owner, Injector<T> injector, Credential typed) {
    try (typed) {
      ByInjector taker = new ByInjector(injector);
      String name = "typed:" + typed.username();
      return preparing.audited(
          id,
          owner,
          taker,
          name,
          () -> {
            ReadyToConnect ready = preparing.prepare(id, taker);
            Preparing.requireTyped(ready, typed);
            return admitted(
                ready, injector, name, attempt -> loggingOn.with(ready, typed, attempt));
          });
    }
  }

  /** Fetches a credential and makes an attempt with it. */
  private interface Fetching<T> {
    T with(Attempt<T> attempt);
  }

  /**
   * The session is entered before the secret is fetched, and what was made of it is let in as a
   * connection is: either an end at the same instant comes first and is seen here, or it comes
   * later and finds what to close.
   */
  private <T extends AutoCloseable> T admitted(
      ReadyToConnect ready, Injector<T> injector, String credential, Fetching<T> fetching) {
    SessionId id = ready.row().id();
    LiveSession session = live.enter(id, ready.row().owner());
    // For each try another one: what was refused may have said already that it is closed.
    AtomicReference<@Nullable Injected> latest = new AtomicReference<>();
    T made;
    try {
      made =
          fetching.with(
              (fetched, call) -> {
                Injected one = new Injected(injector.name(), gates.of(ready.row(), session));
                T what = injected(ready, injector, fetched, one, call);
                one.holds(what);
                latest.set(one);
                return what;
              });
    } catch (RuntimeException | Error e) {
      live.leave(session);
      throw e;
    }
    Injected injected = requireNonNull(latest.get());
    try {
      if (!session.add(injected)) {
        throw SessionRows.ended(database.read(tx -> rows.require(tx, id)));
      }
      beginning.connected(
          id,
          ready.person(),
          Act.of(ready.person().id().value(), "session.injected", ready.row().subject())
              .because("a credential was injected")
              .with("credential", credential)
              .with("target", injector.name()));
      injected.whenClosed(
          () -> {
            if (live.leave(session, injected)) {
              beginning.lastConnectionClosed(id);
            }
          });
      return made;
    } catch (RuntimeException e) {
      live.leave(session, injected);
      injected.close();
      throw e;
    }
  }

  private static <T extends AutoCloseable> T injected(
      ReadyToConnect ready,
      Injector<T> injector,
      Credential fetched,
      Injected injected,
      CallContext call) {
    // One of its own, because what was fetched is compared and closed by who fetched it.
    Credential own = fetched.copy();
    boolean handedOver = false;
    try {
      T made = injector.inject(new InjectRequest(ready.endpoint(), own, injected, call));
      if (made == null) {
        throw broken(injector, "made nothing");
      }
      handedOver = true;
      return made;
    } catch (PosternException e) {
      throw e;
    } catch (RuntimeException | LinkageError e) {
      // By its kind alone: its text may hold the secret.
      throw broken(injector, "threw " + e.getClass().getName());
    } finally {
      if (!handedOver) {
        own.close();
      }
    }
  }

  private static PosternException broken(Injector<?> injector, String how) {
    return new PosternException(
        ErrorCode.PLUGIN_FAILED,
        "injector '" + injector.name() + "' broke its contract: it " + how + "; tell its vendor");
  }
}
