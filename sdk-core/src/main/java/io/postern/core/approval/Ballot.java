package io.postern.core.approval;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.approval.RequestId;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.jump.Items;
import io.postern.core.person.People;
import io.postern.core.store.Tx;
import io.postern.jump.ApprovalTerms;
import io.postern.notice.Notice;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.session.EndReason;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Counts decisions: the one way in which a request gets its outcome from people. */
final class Ballot {
  /**
   * Sessions move in the name of the approval, so that their history does not show who decided
   * (rule REQ-7).
   */
  static final String ACTOR = "postern:approval";

  /** Who votes: a person's id with their e-mail address, or only an address. */
  record Voter(String id, String email) {
    static Voter of(Person person) {
      return new Voter(person.id().value(), person.email());
    }

    static Voter of(String email) {
      return new Voter(email, email);
    }

    /** The same human being under another role (rule REQ-11). */
    boolean isAlso(String otherId, String otherEmail) {
      return id.equals(otherId) || (!email.isEmpty() && email.equalsIgnoreCase(otherEmail));
    }
  }

  private final RequestRows rows;
  private final RequestOutcomes outcomes;
  private final People people;
  private final Items items;
  private final RequesterNotices requester;
  private final Journal journal;
  private final InstantSource clock;

  @Inject
  Ballot(
      RequestRows rows,
      RequestOutcomes outcomes,
      People people,
      Items items,
      RequesterNotices requester,
      Journal journal,
      InstantSource clock) {
    this.rows = rows;
    this.outcomes = outcomes;
    this.people = people;
    this.items = items;
    this.requester = requester;
    this.journal = journal;
    this.clock = clock;
  }

  /**
   * The address of who asked, to be found before the transaction in which a vote is cast: the
   * directory is a plug-in.
   */
  String requesterEmail(PersonId requester) {
    return people.find(requester).map(Person::email).orElse("");
  }

  /** A vote of somebody who is known to be on the roll. */
  record Vote(Voter voter, String requesterEmail, boolean approves, String comment) {}

  /** Casts a vote. */
  void cast(Tx tx, RequestId id, Vote vote) {
    Voter voter = vote.voter();
    boolean approves = vote.approves();
    String comment = vote.comment();
    RequestRows.requireComment(comment);
    Instant now = clock.instant();
    RequestRow row = rows.lock(tx, id);
    row.requirePending(now);
    refuseSelfApproval(row, vote);
    refuseSecondVote(tx, id, voter);
    tx.run(
        "insert into decision (request, decider, requester, self_approval, email, approved, comment,"
            + " decided_at) values (?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        voter.id(),
        row.requester(),
        row.selfApproval(),
        voter.email(),
        approves,
        comment,
        now);
    String comments = joinedComments(tx, id);
    Act act =
        Act.of(voter.id(), approves ? "request.approved" : "request.denied", row.subject())
            .because(comment);
    if (!approves) {
      rows.move(tx, row, RequestEvent.DENY, comments, Optional.empty(), now, act);
      requester.tell(tx, row, Notice.Kind.REQUEST_DENIED, "was denied", comments);
      outcomes.refused(tx, id, EndReason.DENIED, comments, ACTOR);
    } else if (approvals(tx, id) >= row.needed()) {
      Instant usableUntil = usableUntil(row, now);
      rows.move(tx, row, RequestEvent.APPROVE, comments, Optional.of(usableUntil), now, act);
      requester.tell(tx, row, Notice.Kind.REQUEST_APPROVED, "was approved", comments);
      outcomes.approved(tx, id, usableUntil, ACTOR);
    } else {
      journal.write(tx, act.moving("PENDING", "PENDING").with("requester", row.requester()));
    }
  }

  /** An approver by e-mail may be the requester in disguise (rule REQ-11). */
  private static void refuseSelfApproval(RequestRow row, Vote vote) {
    if (!row.selfApproval()
        && vote.voter().isAlso(row.requester().value(), vote.requesterEmail())) {
      throw new PosternException(
          ErrorCode.SELF_APPROVAL,
          "request " + row.id() + " is your own; somebody else must decide it");
    }
  }

  private static void refuseSecondVote(Tx tx, RequestId id, Voter voter) {
    boolean voted =
        tx.list(
                "select decider, email from decision where request = ?",
                row -> voter.isAlso(row.text("decider"), row.text("email")),
                id)
            .contains(true);
    if (voted) {
      throw new PosternException(
          ErrorCode.ALREADY_DECIDED, "you have decided request " + id + " already; it counts once");
    }
  }

  private static long approvals(Tx tx, RequestId id) {
    return tx.first(
            "select count(*) as n from decision where request = ? and approved = 1",
            row -> row.number("n"),
            id)
        .orElse(0L);
  }

  /** What approvers said, without saying who: the requester reads this (rules REQ-6, REQ-7). */
  private static String joinedComments(Tx tx, RequestId id) {
    List<String> comments =
        tx.list(
            "select comment from decision where request = ? and comment <> '' order by decided_at, decider",
            row -> row.text("comment"),
            id);
    return String.join("\n", comments);
  }

  private Instant usableUntil(RequestRow row, Instant now) {
    return row.startsAt()
        .map(start -> start.plus(row.duration()))
        .orElseGet(
            () ->
                now.plus(
                        items
                            .policy(row.policy())
                            .approval()
                            .map(ApprovalTerms::useWithin)
                            .orElse(row.duration()))
                    .plus(row.duration()));
  }
}
