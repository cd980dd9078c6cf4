package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.approval.Requests;
import io.postern.core.approval.Requests.Usable;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.jump.Items;
import io.postern.core.jump.Judge;
import io.postern.core.jump.Judge.Admission;
import io.postern.core.person.People;
import io.postern.core.session.Reservations.Span;
import io.postern.core.session.SessionInsert.Outcome;
import io.postern.core.store.Database;
import io.postern.core.store.Ids;
import io.postern.core.store.Tx;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.session.Ask;
import io.postern.session.SessionId;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Takes an ask from a person to a session that waits, is scheduled, or is being made ready. */
final class Starting {
  private static final int TRIES = 3;

  private final Database database;
  private final People people;
  private final Judge judge;
  private final Items items;
  private final Requests requests;
  private final SessionInsert insert;
  private final Reservations reservations;
  private final Provisioning provisioning;
  private final Nodes nodes;
  private final Ids ids;
  private final Journal journal;
  private final InstantSource clock;

  @Inject
  Starting(
      Database database,
      People people,
      Judge judge,
      Items items,
      Requests requests,
      SessionInsert insert,
      Reservations reservations,
      Provisioning provisioning,
      Nodes nodes,
      Ids ids,
      Journal journal,
      InstantSource clock) {
    this.database = database;
    this.people = people;
    this.judge = judge;
    this.items = items;
    this.requests = requests;
    this.insert = insert;
    this.reservations = reservations;
    this.provisioning = provisioning;
    this.nodes = nodes;
    this.ids = ids;
    this.journal = journal;
    this.clock = clock;
  }

  /** What was found out about an ask before anything is written. */
  private record Judged(
      Optional<SessionId> before, Optional<Admission> admission, Optional<Usable> approval) {}

  SessionId start(PersonId id, JumpItemId item, Ask ask) {
    Person person = people.require(id);
    try {
      for (int left = TRIES; left > 0; left--) {
        Optional<SessionId> started = attempt(person, item, ask);
        if (started.isPresent()) {
          return started.get();
        }
      }
      throw new PosternException(
          ErrorCode.ILLEGAL_CHANGE,
          "item " + item + " keeps being changed while a session on it is asked for; try again");
    } catch (PosternException e) {
      throw journal.refused(
          e,
          Act.of(id.value(), "session.refused", "item:" + item)
              .because(e.code().name())
              .with("reason", ask.reason()));
    }
  }

  /**
   * Empty when the item or the idempotency key changed hands meanwhile, and all is to be judged
   * anew.
   */
  private Optional<SessionId> attempt(Person person, JumpItemId item, Ask ask) {
    String digest = AskDigest.of(item, ask);
    Judged judged = judge(person, item, ask, digest);
    if (judged.before().isPresent()) {
      return judged.before();
    }
    Admission admission = judged.admission().orElseThrow();
    Instant now = clock.instant();
    AskCheck.require(ask, admission.terms(), now);
    if (admission.terms().approval().isPresent() && judged.approval().isEmpty()) {
      return openRequest(person, admission, ask, digest, now);
    }
    NewSession session = direct(person, admission, judged.approval(), ask, digest, now);
    Outcome outcome =
        judged.approval().isPresent()
            ? insert.underApproval(session, person, admission.terms())
            : insert.write(session);
    return switch (outcome) {
      case WRITTEN -> {
        if (ask.start().isEmpty()) {
          provisioning.begin(session.id());
        }
        yield Optional.of(session.id());
      }
      case TAKEN -> {
        // Of two starts with one key the first may have taken the place from the second.
        Optional<SessionId> before = startedBefore(person, ask, digest);
        if (before.isEmpty()) {
          requireStillTaken(admission, session.reservation().orElseThrow());
        }
        yield before;
      }
      case ITEM_CHANGED, KEY_USED, APPROVAL_GONE -> Optional.empty();
    };
  }

  /**
   * Each question is one statement on its own, because nearly every start needs but one of them. No
   * common view is needed: writing refuses an item of another version and a key that is used.
   */
  private Judged judge(Person person, JumpItemId item, Ask ask, String digest) {
    Optional<SessionId> before = startedBefore(person, ask, digest);
    if (before.isPresent()) {
      return new Judged(before, Optional.empty(), Optional.empty());
    }
    Admission admission = database.readAtOnce(tx -> judge.admit(tx, person, item));
    // An approval is for the time it was given for; an ask for a later start needs its own.
    Optional<Usable> approval =
        admission.terms().approval().isPresent() && ask.start().isEmpty()
            ? database.read(
                tx ->
                    requests.usable(
                        tx,
                        person,
                        admission.item(),
                        admission.terms(),
                        // More time than was approved is another ask.
                        ask.duration().orElse(Duration.ZERO)))
            : Optional.empty();
    return new Judged(before, Optional.of(admission), approval);
  }

  private Optional<SessionId> startedBefore(Person person, Ask ask, String digest) {
    return ask.idempotencyKey()
        .flatMap(key -> database.readAtOnce(tx -> startedBefore(tx, person, key, digest)));
  }

  private static Optional<SessionId> startedBefore(
      Tx tx, Person person, String key, String digest) {
    return tx.first(
        "select id, ask_digest from session where owner = ? and idempotency_key = ?",
        row -> {
          if (!row.text("ask_digest").equals(digest)) {
            throw new PosternException(
                ErrorCode.IDEMPOTENCY_KEY_REUSED,
                "idempotency key '"
                    + key
                    + "' was used for another ask (session "
                    + row.text("id")
                    + "); give each ask a key of its own");
          }
          return SessionId.of(row.text("id"));
        },
        person.id(),
        key);
  }

  /**
   * What was asked for; where nothing was said, the policy's default, or what was approved if that
   * is less.
   */
  private static Duration duration(Ask ask, Admission admission, Optional<Usable> approval) {
    Duration asked = AskCheck.duration(ask, admission.terms());
    return ask.duration().isPresent()
        ? asked
        : approval
            .map(Usable::duration)
            .filter(approved -> approved.compareTo(asked) < 0)
            .orElse(asked);
  }

  private NewSession direct(
      Person person,
      Admission admission,
      Optional<Usable> approval,
      Ask ask,
      String digest,
      Instant now) {
    Duration duration = duration(ask, admission, approval);
    Optional<Instant> limit =
        ask.start().map(start -> start.plus(duration)).or(() -> approval.map(Usable::until));
    Instant claim = now.plus(admission.terms().claimWithin());
    Instant claimBy = ask.start().map(start -> start.plus(duration)).orElse(claim);
    if (limit.isPresent() && limit.get().isBefore(claimBy)) {
      claimBy = limit.get();
    }
    Course course = Course.waiting(duration).within(claimBy, limit);
    course =
        ask.start().isPresent()
            ? course.scheduled(ask.start().get())
            : course.provisioning(nodes.me(), now.plus(Provisioning.TAKEN_UP_AFTER));
    Instant from = ask.start().orElse(now);
    return new NewSession(
        SessionId.of(ids.next()),
        admission.item(),
        admission.version(),
        person.id(),
        approval.map(Usable::id),
        ask,
        digest,
        items.document(admission.terms()),
        now,
        course,
        SessionSpans.of(admission.item(), from, course));
  }

  private Optional<SessionId> openRequest(
      Person person, Admission admission, Ask ask, String digest, Instant now) {
    Duration duration = AskCheck.duration(ask, admission.terms());
    SessionId id = SessionId.of(ids.next());
    List<Person> approvers = requests.approvers(admission.terms());
    Outcome outcome =
        insert.written(
            tx -> {
              Requests.Opened opened =
                  requests.open(
                      tx, person, admission.item(), admission.terms(), ask, duration, approvers);
              return insert.inSteps(
                  tx,
                  new NewSession(
                      id,
                      admission.item(),
                      admission.version(),
                      person.id(),
                      Optional.of(opened.id()),
                      ask,
                      digest,
                      items.document(admission.terms()),
                      now,
                      Course.waiting(duration),
                      Optional.empty()));
            });
    return outcome == Outcome.WRITTEN ? Optional.of(id) : Optional.empty();
  }

  /** Says what is in the way; returns when it was not the reservation but the item that changed. */
  private void requireStillTaken(Admission admission, Span span) {
    Optional<Instant> free =
        database.read(tx -> reservations.blockedUntil(tx, admission.item(), span));
    if (free.isPresent()) {
      throw new PosternException(
          ErrorCode.RESERVED,
          admission.item().name()
              + " is reserved between "
              + span.from()
              + " and "
              + span.until()
              + ", cleanup time included; a reservation in the way ends at "
              + free.get()
              + "; ask for a start from then on");
    }
  }
}
