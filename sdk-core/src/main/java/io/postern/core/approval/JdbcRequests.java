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
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
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
        "insert into access_request (id, item, requester, status, scope, self_approval, needed, reason,"
            + " ticket, starts_at, duration, start_when_approved, language, policy, on_revocation,"
            + " asked_at, decide_by, comment, due_at, version)"
            + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        item.id(),
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
    tellApprovers(tx, id, requester, item, ask, duration, approval, told);
    return new Opened(id, decideBy);
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
      ApprovalTerms approval,
      List<Person> told) {
    String subject = requester.name() + " asks for access to " + item.name();
    String body =
        subject
            + " for "
            + duration
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
  public Optional<Usable> usable(Tx tx, Person person, JumpItem item) {
    return usable(tx, person, item, "");
  }

  @Override
  public Optional<Usable> take(Tx tx, Person person, JumpItem item, RequestId id) {
    // First the lock, then the look: the second of two uses sees the session of the first.
    rows.lock(tx, id);
    return usable(tx, person, item, " and id = ?", id);
  }

  private Optional<Usable> usable(
      Tx tx, Person person, JumpItem item, String condition, Object... more) {
    // Under "requester only" an approval is good for one session; what was begun with it has used
    // it up.
    List<Object> arguments =
        new ArrayList<>(List.of(item.id(), clock.instant(), clock.instant(), person.id()));
    arguments.addAll(List.of(more));
    return tx.first(
        "select id, usable_until from access_request r where item = ? and status = 'APPROVED'"
            + " and usable_until > ? and (starts_at is null or starts_at <= ?)"
            + " and (scope = 'ANYONE_PERMITTED' or (requester = ? and not exists ("
            + "select 1 from session s where s.request = r.id"
            + " and (s.active_since is not null or s.status <> 'ENDED'))))"
            + condition
            + " order by usable_until desc",
        row -> new Usable(RequestId.of(row.text("id")), row.instant("usable_until")),
        arguments.toArray());
  }

  @Override
  public void withdraw(Tx tx, RequestId id, String actor) {
    cancellation.get().withdraw(tx, id, actor);
  }

  @Override
  public Optional<Instant> holdsUntil(Tx tx, RequestId id) {
    return tx.first(
        "select usable_until from access_request where id = ? and status = 'APPROVED' and usable_until > ?",
        row -> row.instant("usable_until"),
        id,
        clock.instant());
  }
}
