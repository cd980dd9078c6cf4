package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.connector.Connectors;
import io.postern.core.credential.Lending;
import io.postern.core.jump.Items;
import io.postern.core.jump.Judge;
import io.postern.core.jump.Judge.Admission;
import io.postern.core.person.People;
import io.postern.core.store.Database;
import io.postern.credential.Candidates;
import io.postern.credential.CredentialKind;
import io.postern.jump.JumpItemId;
import io.postern.jump.JumpPolicy;
import io.postern.notice.Notice;
import io.postern.person.Person;
import io.postern.session.EndReason;
import io.postern.session.SessionId;
import io.postern.session.SessionStatus;
import io.postern.session.Tool;
import io.postern.spi.connector.Connector;
import io.postern.spi.connector.Endpoint;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a session ready: judges once more, and sees that it can be connected, before it says
 * "available".
 */
final class Provisioning {
  /** After so long another process, or this one after a crash, takes up what was not finished. */
  static final Duration TAKEN_UP_AFTER = Duration.ofSeconds(60);

  private static final Logger log = LoggerFactory.getLogger(Provisioning.class);

  private final Database database;
  private final SessionRows rows;
  private final Ending ending;
  private final People people;
  private final Judge judge;
  private final StillAsked stillAsked;
  private final Items items;
  private final Connectors connectors;
  private final Lending lending;
  private final SessionNotices notices;
  private final SessionThreads threads;
  private final Beginning beginning;
  private final Nodes nodes;
  private final InstantSource clock;

  @Inject
  Provisioning(
      Database database,
      SessionRows rows,
      Ending ending,
      People people,
      Judge judge,
      StillAsked stillAsked,
      Items items,
      Connectors connectors,
      Lending lending,
      SessionNotices notices,
      SessionThreads threads,
      Beginning beginning,
      Nodes nodes,
      InstantSource clock) {
    this.database = database;
    this.rows = rows;
    this.ending = ending;
    this.people = people;
    this.judge = judge;
    this.stillAsked = stillAsked;
    this.items = items;
    this.connectors = connectors;
    this.lending = lending;
    this.notices = notices;
    this.threads = threads;
    this.beginning = beginning;
    this.nodes = nodes;
    this.clock = clock;
  }

  /** Has a thread of this room do it. What finds no thread now is taken up by the sweep. */
  void begin(SessionId id) {
    try {
      threads.makeReady(() -> provision(id));
    } catch (RejectedExecutionException e) {
      log.debug("provisioning put off session={}", id);
    }
  }

  private void provision(SessionId id) {
    try {
      SessionRow row = database.read(tx -> rows.require(tx, id));
      if (row.status() == SessionStatus.PROVISIONING) {
        requireConnectable(row);
        ready(id);
      }
    } catch (PosternException e) {
      fail(id, e);
    } catch (RuntimeException | LinkageError e) {
      // A connector that lacks a class must not leave the session unready for ever.
      log.warn("provisioning failed session={}", id, e);
      // The text of a plug-in's may hold anything, and this one goes to the session's people.
      String text =
          "it could not be made ready: "
              + e.getClass().getName()
              + " was thrown; ask again, and if it fails again have an operator look into the log"
              + " for session "
              + id;
      fail(id, new PosternException(ErrorCode.INTERNAL, text, e));
    }
  }

  private void requireConnectable(SessionRow row) {
    Person person = people.require(row.owner());
    Admission admission =
        database.read(
            tx -> {
              Admission now = judge.admit(tx, person, row.item());
              stillAsked.require(tx, row, now);
              return now;
            });
    Endpoint endpoint = Connectors.endpoint(admission.item());
    JumpPolicy terms = items.policy(row.policy());
    boolean connects = connectors.has(endpoint.method());
    boolean injects = (!connects || !terms.typingAllowed()) && mayInject(person, row.item());
    // Where nothing may be injected, only a connector makes a session good for anything.
    Optional<Connector> connector =
        injects && !connects ? Optional.empty() : Optional.of(connectors.of(endpoint.method()));
    List<String> missing = connector.map(one -> one.missing(endpoint)).orElse(List.of());
    if (!missing.isEmpty()) {
      throw new PosternException(
          ErrorCode.PRECONDITION_FAILED, admission.item().name() + " cannot be connected", missing);
    }
    if (!terms.typingAllowed()) {
      // What is injected into is named later, and takes kinds of its own.
      Set<CredentialKind> kinds =
          injects ? EnumSet.allOf(CredentialKind.class) : connector.orElseThrow().accepts();
      Candidates candidates =
          Candidacy.accepted(lending.candidates(person, endpoint, "", false), kinds);
      if (candidates.found().isEmpty()) {
        throw Candidacy.none(admission.item().name(), candidates);
      }
    }
  }

  private boolean mayInject(Person person, JumpItemId item) {
    return database.read(tx -> judge.tools(tx, person, item)).allowed().contains(Tool.INJECTION);
  }

  private void ready(SessionId id) {
    database.change(
        tx -> {
          SessionRow row = rows.lock(tx, id);
          if (row.status() != SessionStatus.PROVISIONING) {
            return row;
          }
          Instant now = clock.instant();
          SessionRow ready =
              rows.move(
                  tx,
                  row,
                  SessionEvent.READY,
                  row.course().available(),
                  Act.of("postern:provisioning", "session.available", row.subject())
                      .because("nothing is in the way of connecting"));
          boolean waited = row.request().isPresent() || row.startsAt().isPresent();
          if (waited) {
            notices.tell(tx, row, Notice.Kind.SESSION_AVAILABLE, "is available", "");
          }
          if (!row.startWhenApproved()) {
            return ready;
          }
          Act begun =
              Act.of("postern:provisioning", "session.begun", row.subject())
                  .because("it was to begin by itself");
          return beginning.begin(tx, ready, ready.course(), now, begun);
        });
  }

  /**
   * What only cannot be asked now stays unready, and is taken up again until its time to be claimed
   * is over; everything else ends the session.
   */
  private void fail(SessionId id, PosternException e) {
    if (threads.isClosed()
        || e.code() == ErrorCode.DIRECTORY_UNAVAILABLE
        || e.code() == ErrorCode.STORE_UNAVAILABLE
        || e.code() == ErrorCode.STORE_UNCERTAIN) {
      log.debug("session stays unready session={} code={}", id, e.code());
      return;
    }
    try {
      // Only while it is still ours: somebody else may have made it ready meanwhile.
      ending.nowIf(
          id,
          row ->
              row.status() == SessionStatus.PROVISIONING
                  && row.course().node().filter(nodes.me()::equals).isPresent(),
          EndReason.FAILED,
          e.code() + ": " + e.getMessage());
    } catch (PosternException again) {
      // The row stays as it is; the sweep takes it up once its time to be made ready is over.
      log.warn("session stays unready session={} code={}", id, again.code());
    }
  }
}
