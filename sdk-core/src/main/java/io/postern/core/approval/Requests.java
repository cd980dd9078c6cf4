package io.postern.core.approval;

import io.postern.approval.RequestId;
import io.postern.core.store.Tx;
import io.postern.jump.JumpItem;
import io.postern.jump.JumpPolicy;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.session.Ask;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Opens requests and finds approvals, for the room of sessions. Decides no rights to items. */
public interface Requests {
  /** Who is to be told of a request under these terms. Asks the directory, so not in a Tx. */
  List<Person> approvers(JumpPolicy terms);

  /**
   * Opens a request and tells its approvers, in the transaction that makes its session wait.
   *
   * @param told who {@link #approvers} gave
   */
  Opened open(
      Tx tx,
      Person requester,
      JumpItem item,
      JumpPolicy terms,
      Ask ask,
      Duration duration,
      List<Person> told);

  /**
   * An approval on the item that the person may use now without asking (rule REQ-9): given for
   * where the item leads now and under the terms of now, and not decided by this person.
   *
   * @param atLeast what it must have been given for at least; nothing where any will do
   */
  Optional<Usable> usable(Tx tx, Person person, JumpItem item, JumpPolicy terms, Duration atLeast);

  /**
   * As {@link #usable}, and holds the approval against revocation and other uses until the
   * transaction ends, which is the one that begins its use.
   */
  Optional<Usable> take(Tx tx, Person person, JumpItem item, JumpPolicy terms, RequestId id);

  /** Who asked. */
  PersonId requester(Tx tx, RequestId id);

  /** Takes a request back whose session ends while it waits; nothing when it is decided. */
  void withdraw(Tx tx, RequestId id, String actor);

  /** Whether the approval holds now, for where the item leads now. */
  boolean holds(Tx tx, RequestId id, JumpItem item);

  /**
   * How long a session under the approval may last from its first use: what was asked for, and the
   * extensions that the terms allow, of which the approvers were told. Empty when it is not, or no
   * longer, approved.
   */
  Optional<Duration> workTime(Tx tx, RequestId id);

  /**
   * A request that was opened.
   *
   * @param id which
   * @param decideBy when it expires undecided
   */
  record Opened(RequestId id, Instant decideBy) {}

  /**
   * An approval that can be used.
   *
   * @param id which request
   * @param until no session under it lasts longer, extensions aside
   * @param duration the longest session it was given for
   */
  record Usable(RequestId id, Instant until, Duration duration) {}
}
