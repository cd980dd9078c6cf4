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
import io.postern.session.SessionStatus;
import io.postern.spi.connector.Endpoint;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * What comes before a credential is handed to a connector or an injector: judging, preconditions,
 * and which credential it is. Nothing is fetched here (rule INJ-3).
 */
final class Preparing {
  private final Database database;
  private final SessionRows rows;
  private final People people;
  private final Judge judge;
  private final StillAsked stillAsked;
  private final Items items;
  private final Lending lending;
  private final Beginning beginning;
  private final Journal journal;
  private final InstantSource clock;

  @Inject
  Preparing(
      Database database,
      SessionRows rows,
      People people,
      Judge judge,
      StillAsked stillAsked,
      Items items,
      Lending lending,
      Beginning beginning,
      Journal journal,
      InstantSource clock) {
    this.database = database;
    this.rows = rows;
    this.people = people;
    this.judge = judge;
    this.stillAsked = stillAsked;
    this.items = items;
    this.lending = lending;
    this.beginning = beginning;
    this.journal = journal;
    this.clock = clock;
  }

  /** What takes the credential in the end. */
  interface Taker {
    /** What is done with it, for the audit: {@code connect} or {@code inject}. */
    String act();

    /** Says no where this person may not do it. */
    default void judge(Tx tx, Person person, JumpItem item) {}

    /** Which kinds it takes at this endpoint. */
    Set<CredentialKind> accepts(Endpoint endpoint);

    /** What is missing before it can be tried, each as a sentence. */
    List<String> missing(Endpoint endpoint);

    /** Says no to an endpoint that cannot be trusted anyway. */
    default void requireTrusted(JumpItem item) {}
  }

  /** The credentials that fit the session's owner and item, and that the taker can take. */
  Candidates candidates(SessionRow row, Taker taker, String search) {
    Person person = people.require(row.owner());
    Endpoint endpoint =
        Connectors.endpoint(database.read(tx -> judge.admit(tx, person, row.item())).item());
    boolean typing = items.policy(row.policy()).typingAllowed();
    return Candidacy.accepted(
        lending.candidates(person, endpoint, search, typing), taker.accepts(endpoint));
  }

  ReadyToConnect prepare(SessionId id, Taker taker) {
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
              taker.judge(tx, person, now.item());
              return now;
            });
    Endpoint endpoint = Connectors.endpoint(admission.item());
    Set<CredentialKind> accepted = taker.accepts(endpoint);
    List<String> missing = taker.missing(endpoint);
    if (!missing.isEmpty()) {
      throw new PosternException(
          ErrorCode.PRECONDITION_FAILED,
          "a credential cannot be used on " + admission.item().name() + " (" + taker.act() + ")",
          missing);
    }
    taker.requireTrusted(admission.item());
    return new ReadyToConnect(
        person, row, admission.item(), endpoint, accepted, items.policy(row.policy()));
  }

  /** The chosen credential, or the only one that fits (rules LOG-2, INJ-4). */
  CandidateId credential(ReadyToConnect ready, Optional<CandidateId> chosen) {
    Candidates fitting =
        lending.candidates(ready.person(), ready.endpoint(), "", ready.terms().typingAllowed());
    CandidateId credential =
        chosen.orElseGet(
            () ->
                Candidacy.only(ready.item().name(), Candidacy.accepted(fitting, ready.accepted())));
    fitting.found().stream()
        .filter(candidate -> candidate.id().equals(credential))
        .forEach(candidate -> ready.requireAccepted(candidate.kind()));
    return credential;
  }

  /** Says no to a credential that was typed where it is forbidden or of no use. */
  static void requireTyped(ReadyToConnect ready, Credential typed) {
    if (!ready.terms().typingAllowed()) {
      throw new PosternException(
          ErrorCode.TYPING_FORBIDDEN,
          "the policy of "
              + ready.item().name()
              + " forbids credentials that are typed in; use one that is provided");
    }
    ready.requireAccepted(typed.kind());
  }

  /** What is refused is written down too (rule SES-15). */
  <T> T audited(SessionId id, PersonId owner, Taker taker, String credential, Supplier<T> attempt) {
    try {
      return attempt.get();
    } catch (PosternException e) {
      Act act =
          Act.of(owner.value(), "session." + taker.act() + ".refused", "session:" + id)
              .because(e.code().name());
      throw journal.refused(e, credential.isEmpty() ? act : act.with("credential", credential));
    }
  }
}
