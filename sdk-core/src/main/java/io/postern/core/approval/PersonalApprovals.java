package io.postern.core.approval;

import io.postern.ErrorCode;
import io.postern.Page;
import io.postern.PageRequest;
import io.postern.PosternException;
import io.postern.approval.AccessRequest;
import io.postern.approval.Approvals;
import io.postern.approval.Decision;
import io.postern.approval.RequestId;
import io.postern.core.approval.Ballot.Vote;
import io.postern.core.approval.Ballot.Voter;
import io.postern.core.audit.Act;
import io.postern.core.store.KeysetPage;
import io.postern.core.store.Tx;
import io.postern.jump.ApprovalTerms.Scope;
import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Requests as one person sees them. */
final class PersonalApprovals implements Approvals {
  private final PersonId id;
  private final ApprovalRoom room;

  PersonalApprovals(PersonId id, ApprovalRoom room) {
    this.id = id;
    this.room = room;
  }

  @Override
  public Page<AccessRequest> toDecide(PageRequest page) {
    Person person = room.people().require(id);
    KeysetPage<String> keyset = keyset(page);
    if (person.kind() != Person.Kind.HUMAN) {
      return new Page<>(List.of(), Optional.empty());
    }
    List<Object> arguments = new ArrayList<>();
    arguments.add(room.clock().instant());
    arguments.add(person.id());
    arguments.add(person.id());
    String groups = "";
    if (!person.groups().isEmpty()) {
      groups =
          " or (a.kind = 'GROUP' and a.approver in ("
              + String.join(", ", Collections.nCopies(person.groups().size(), "?"))
              + "))";
    }
    for (GroupId group : person.groups()) {
      arguments.add(group);
    }
    arguments.add(person.id());
    arguments.add(person.email().toLowerCase(Locale.ROOT));
    String condition =
        "status = 'PENDING' and decide_by > ? and (requester <> ? or self_approval = 1)"
            + " and exists (select 1 from access_request_approver a where a.request = r.id"
            + " and ((a.kind = 'PERSON' and a.approver = ?)"
            + groups
            + "))"
            // Also by a link to an address that the policy names: it is the same human being.
            + " and not exists (select 1 from decision d where d.request = r.id and (d.decider = ?"
            + " or (d.email <> '' and lower(d.email) = ?)))";
    return list(condition, arguments, keyset);
  }

  @Override
  public Page<AccessRequest> mine(PageRequest page) {
    Person person = room.people().require(id);
    return list("requester = ?", List.of(person.id()), keyset(page));
  }

  private static KeysetPage<String> keyset(PageRequest page) {
    return KeysetPage.byId(page, "the list of requests");
  }

  private Page<AccessRequest> list(
      String condition, List<Object> conditions, KeysetPage<String> keyset) {
    List<Object> arguments = new ArrayList<>(conditions);
    keyset.after().ifPresent(arguments::add);
    arguments.add(keyset.limit());
    List<RequestRow> found =
        room.database()
            .read(
                tx ->
                    tx.list(
                        "select "
                            + RequestRow.COLUMNS
                            + " from access_request r where "
                            + condition
                            + (keyset.after().isPresent() ? " and id < ?" : "")
                            + " order by id desc limit ?",
                        RequestRow::read,
                        arguments.toArray()));
    return keyset.cut(found, row -> row.id().value(), this::view);
  }

  @Override
  public AccessRequest find(RequestId request) {
    Person person = room.people().require(id);
    return view(room.database().read(tx -> requireVisible(tx, person, request)));
  }

  @Override
  public List<Decision> decisions(RequestId request) {
    Person person = room.people().require(id);
    return room.database()
        .read(
            tx -> {
              RequestRow row = requireVisible(tx, person, request);
              // The requester never sees who decided, even as an approver of their own request
              // (rule REQ-7).
              if (row.requester().equals(id) || !room.roll().names(tx, request, person)) {
                throw new PosternException(
                    ErrorCode.NOT_AN_APPROVER,
                    "who decided request "
                        + request
                        + " is shown to its approvers only, and never to its requester;"
                        + " Approvals.find has the outcome and the comment");
              }
              return tx.list(
                  "select decider, email, approved, comment, decided_at from decision where request = ?"
                      + " order by decided_at, decider",
                  decision ->
                      new Decision(
                          decision.text("decider"),
                          decision.text("email"),
                          decision.flag("approved"),
                          decision.text("comment"),
                          decision.instant("decided_at")),
                  request);
            });
  }

  @Override
  public AccessRequest approve(RequestId request, String comment) {
    return decide(request, true, comment);
  }

  @Override
  public AccessRequest deny(RequestId request, String comment) {
    return decide(request, false, comment);
  }

  private AccessRequest decide(RequestId request, boolean approves, String comment) {
    return change(
        request,
        approves ? "request.approve" : "request.deny",
        person -> {
          RequestRow asked = room.database().read(tx -> requireVisible(tx, person, request));
          Vote vote =
              new Vote(
                  Voter.of(person),
                  room.ballot().requesterEmail(asked.requester()),
                  approves,
                  comment);
          return tx -> {
            if (!room.roll().names(tx, request, person)) {
              throw new PosternException(
                  ErrorCode.NOT_AN_APPROVER,
                  "you are not among the approvers of request "
                      + request
                      + "; its jump policy names them");
            }
            room.ballot().cast(tx, request, vote);
          };
        });
  }

  @Override
  public AccessRequest cancel(RequestId request, String comment) {
    return change(
        request,
        "request.cancel",
        person ->
            tx -> {
              requireMayCancel(tx, person, request);
              room.cancellation().cancel(tx, request, person.id().value(), comment);
            });
  }

  /** Who may use an approval may cancel it; who may not is told so (rule REQ-9). */
  private void requireMayCancel(Tx tx, Person person, RequestId request) {
    RequestRow row =
        room.rows()
            .find(tx, request)
            .filter(found -> isVisible(tx, person, found) || mayUse(tx, person, found))
            .orElseThrow(() -> RequestRows.notFound(request));
    boolean permitted =
        row.requester().equals(person.id())
            || (row.scope() == Scope.ANYONE_PERMITTED && mayUse(tx, person, row));
    if (!permitted) {
      throw new PosternException(
          ErrorCode.NOT_PERMITTED,
          row.scope() == Scope.REQUESTER_ONLY
              ? "request "
                  + request
                  + " applies to its requester only, who alone may cancel it; ask for"
                  + " an approval of your own"
              : "only who may use "
                  + row.itemName()
                  + " may cancel request "
                  + request
                  + "; tell its requester, or ask for that right");
    }
  }

  /** Judged and written down: what is asked of the directory comes before the transaction. */
  private AccessRequest change(
      RequestId request, String what, Function<Person, Consumer<Tx>> prepared) {
    Person person = room.people().require(id);
    try {
      Consumer<Tx> change = prepared.apply(person);
      return view(
          room.database()
              .change(
                  tx -> {
                    change.accept(tx);
                    return room.rows().lock(tx, request);
                  }));
    } catch (PosternException e) {
      throw room.journal()
          .refused(
              e,
              Act.of(id.value(), what + ".refused", "request:" + request).because(e.code().name()));
    }
  }

  /** The request, if it concerns this person; else there is none (rule VIS-2). */
  private RequestRow requireVisible(Tx tx, Person person, RequestId request) {
    return room.rows()
        .find(tx, request)
        .filter(row -> isVisible(tx, person, row))
        .orElseThrow(() -> RequestRows.notFound(request));
  }

  /** For its requester, its approvers, and whoever may use what comes of it. */
  private boolean isVisible(Tx tx, Person person, RequestRow row) {
    return row.requester().equals(person.id())
        || room.roll().names(tx, row.id(), person)
        || (row.scope() == Scope.ANYONE_PERMITTED && mayUse(tx, person, row));
  }

  private boolean mayUse(Tx tx, Person person, RequestRow row) {
    return room.judge().permits(tx, person, row.item());
  }

  private AccessRequest view(RequestRow row) {
    return row.view(room.nameOf(row.requester()), room.clock().instant());
  }
}
