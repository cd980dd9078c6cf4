package io.postern.core.approval;

import io.postern.approval.RequestId;
import io.postern.approval.RequestStatus;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.jump.Items;
import io.postern.core.notice.Notices;
import io.postern.core.notice.Notices.Telling;
import io.postern.core.store.Ids;
import io.postern.core.store.Tx;
import io.postern.jump.ApprovalTerms;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpPolicy;
import io.postern.notice.Notice;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.session.Ask;
import io.postern.text.Text;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Requests in the store. */
final class JdbcRequests implements Requests {
  private final Ids ids;
  private final InstantSource clock;
  private final Items items;
  private final ApproverRoll roll;
  private final Notices notices;
  private final Journal journal;
  private final RequestRows rows;
  private final Provider<Cancellation> cancellation;

  @Inject
  JdbcRequests(
      Ids ids,
      InstantSource clock,
      Items items,
      ApproverRoll roll,
      Notices notices,
      Journal journal,
      RequestRows rows,
      Provider<Cancellation> cancellation) {
    this.ids = ids;
    this.clock = clock;
    this.items = items;
    this.roll = roll;
    this.notices = notices;
    this.journal = journal;
    this.rows = rows;
    this.cancellation = cancellation;
  }

  @Override
  public List<Person> approvers(JumpPolicy terms) {
    return terms.approval().map(approval -> roll.people(approval.approvers())).orElse(List.of());
  }

  @Override
  public Opened open(
      Tx tx,
      Person requester,
      JumpItem item,
      JumpPolicy terms,
      Ask ask,
      Duration duration,
      List<Person> told) {
    ApprovalTerms approval =
        terms.approval().orElseThrow(() -> new IllegalArgumentException("no approval is demanded"));
    RequestId id = RequestId.of(ids.next());
    Instant now = clock.instant();
    Instant decideBy = decideBy(now, approval, ask, duration);
    tx.run(
        "insert into access_request (id, item, target, requester, status, scope, self_approval, needed, reason,"
            + " ticket, starts_at, duration, start_when_approved, language, policy, on_revocation,"
            + " asked_at, decide_by, comment, due_at, version)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        item.id(),
        target(item),
        requester.id(),
        RequestStatus.PENDING,
        approval.scope(),
        approval.selfApproval(),
        approval.needed(),
        ask.reason(),
        ask.ticket(),
        ask.start(),
        duration,
        ask.isStartWhenApproved(),
        ask.language().toLanguageTag(),
        items.document(terms),
        terms.onRevocation(),
        now,
        decideBy,
        "",
        decideBy,
        1);
    roll.write(tx, id, approval.approvers());
    journal.write(
        tx,
        Act.of(requester.id().value(), "request.asked", "request:" + id)
            .moving("", RequestStatus.PENDING.name())
            .because(ask.reason())
            .with("item", item.id())
            .with("duration", duration)
            .with("ticket", ask.ticket()));
    tellApprovers(tx, id, requester, item, ask, duration, terms, told);
    return new Opened(id, decideBy);
  }

  /** Where an item leads; what an approval was given for. */
  private static String target(JumpItem item) {
    return item.method() + " " + item.host() + ":" + item.port();
  }

  /** A request is good for nothing once the time it asks for is over (rule REQ-12). */
  private static Instant decideBy(Instant now, ApprovalTerms approval, Ask ask, Duration duration) {
    Instant limit = now.plus(approval.decideWithin());
    return ask.start()
        .map(start -> start.plus(duration))
        .filter(end -> end.isBefore(limit))
        .orElse(limit);
  }

  private void tellApprovers(
      Tx tx,
      RequestId id,
      Person requester,
      JumpItem item,
      Ask ask,
      Duration duration,
      JumpPolicy terms,
      List<Person> told) {
    ApprovalTerms approval = terms.approval().orElseThrow();
    String subject = requester.name() + " asks for access to " + item.name();
    String body =
        subject
            + " for "
            + Text.words(duration)
            + extensionInWords(terms)
            + ask.start().map(start -> " from " + start).orElse(" from now")
            + (ask.reason().isEmpty() ? "" : ".\nReason: " + ask.reason())
            + (ask.ticket().isEmpty() ? "" : ".\nTicket: " + ask.ticket());
    for (Person approver : told) {
      if (approval.selfApproval() || !approver.id().equals(requester.id())) {
        tell(tx, id, Optional.of(approver.id()), approver.email(), ask, subject, body);
      }
    }
    for (String email : ApproverRoll.emails(approval.approvers())) {
      // Who asks gets no link to their own request, whatever address the directory has later.
      if (approval.selfApproval() || !email.equalsIgnoreCase(requester.email())) {
        tell(tx, id, Optional.empty(), email, ask, subject, body);
      }
    }
  }

  /** Approvers agree to the extensions that the policy allows as well, so they are told of them. */
  private static String extensionInWords(JumpPolicy terms) {
    return terms.extensionTimes() == 0
        ? ""
        : " (and up to "
            + terms.extensionTimes()
            + " times "
            + Text.words(terms.extensionEach())
            + " more)";
  }

  private void tell(
      Tx tx,
      RequestId id,
      Optional<PersonId> person,
      String email,
      Ask ask,
      String subject,
      String body) {
    notices.tell(
        tx,
        new Telling(
            person,
            email,
            ask.language(),
            Notice.Kind.APPROVAL_ASKED,
            "request:" + id,
            subject,
            body,
            Optional.of(id)));
  }

  @Override
  public Optional<Usable> usable(
      Tx tx, Person person, JumpItem item, JumpPolicy terms, Duration atLeast) {
    return usable(tx, person, item, terms, " and duration >= ?", atLeast);
  }

  @Override
  public Optional<Usable> take(
      Tx tx, Person person, JumpItem item, JumpPolicy terms, RequestId id) {
    // First the lock, then the look: the second of two uses sees the session of the first.
    rows.lock(tx, id);
    return usable(tx, person, item, terms, " and id = ?", id);
  }

  private Optional<Usable> usable(
      Tx tx, Person person, JumpItem item, JumpPolicy terms, String condition, Object... more) {
    Instant now = clock.instant();
    List<Object> arguments =
        new ArrayList<>(
            List.of(item.id(), target(item), items.document(terms), now, now, person.id()));
    arguments.add(person.id());
    arguments.add(person.email().toLowerCase(Locale.ROOT));
    arguments.addAll(List.of(more));
    // An item that leads elsewhere now, or other terms, need a new approval. Under "requester only"
    // an approval is good for one session; what was begun with it has used it up. Who decided does
    // not use it either: else a colleague's request would be a way to approve one's own.
    return tx.first(
        "select id, usable_until, duration from access_request r where item = ? and target = ?"
            + " and policy = ? and status = 'APPROVED' and usable_until > ?"
            + " and (starts_at is null or starts_at <= ?)"
            + " and (scope = 'ANYONE_PERMITTED' or (requester = ? and not exists ("
            + "select 1 from session s where s.request = r.id"
            + " and (s.active_since is not null or s.status <> 'ENDED'))))"
            + " and (self_approval = 1 or not exists (select 1 from decision d where d.request = r.id"
            + " and (d.decider = ? or (d.email <> '' and lower(d.email) = ?))))"
            + condition
            + " order by usable_until desc",
        row ->
            new Usable(
                RequestId.of(row.text("id")),
                row.instant("usable_until"),
                row.duration("duration")),
        arguments.toArray());
  }

  @Override
  public PersonId requester(Tx tx, RequestId id) {
    return rows.require(tx, id).requester();
  }

  @Override
  public void withdraw(Tx tx, RequestId id, String actor) {
    cancellation.get().withdraw(tx, id, actor);
  }

  @Override
  public boolean holds(Tx tx, RequestId id, JumpItem item) {
    return tx.first(
            "select 1 as held from access_request where id = ? and target = ? and status = 'APPROVED'"
                + " and usable_until > ?",
            row -> row.number("held"),
            id,
            target(item),
            clock.instant())
        .isPresent();
  }

  @Override
  public Optional<Duration> workTime(Tx tx, RequestId id) {
    return tx.first(
        "select duration, policy from access_request where id = ? and status = 'APPROVED'",
        row -> {
          JumpPolicy told = items.policy(row.text("policy"));
          return row.duration("duration")
              .plus(told.extensionEach().multipliedBy(told.extensionTimes()));
        },
        id);
  }
}
