package io.postern.core.credential;

import io.postern.core.store.Tx;
import io.postern.credential.CandidateId;
import io.postern.credential.Candidates;
import io.postern.credential.Credential;
import io.postern.credential.LeaseId;
import io.postern.person.Person;
import io.postern.session.SessionId;
import io.postern.spi.connector.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Finds, borrows and gives back credentials for sessions. Plug-ins are called outside transactions,
 * within limits.
 */
public interface Lending {
  /** The credentials that fit; managers that did not answer are named. */
  Candidates candidates(Person person, Endpoint endpoint, String search, boolean typingAllowed);

  /**
   * Borrows one: an INTENT row is committed, the manager asked, the row is HELD. The caller closes
   * the credential, and leaves the lease to {@link #giveBack}.
   *
   * @throws io.postern.PosternException CREDENTIAL_NOT_A_CANDIDATE, CREDENTIAL_CHECKED_OUT, a
   *     CREDENTIAL code
   */
  Borrowed borrow(Loan loan);

  /**
   * Asks for the secret of a lease that is held once more, because the endpoint refused the first
   * (rule INJ-6).
   */
  Credential again(Loan loan, LeaseId lease);

  /** Says that a session has logged on with what was lent for this loan. Returns at once. */
  void loggedOn(Loan loan);

  /**
   * Marks every lease of a session as to be returned, in the transaction that ends it. {@link
   * #settle} does the rest, or the sweep of any process once the head start is over. Said again, it
   * can only bring that forward.
   *
   * @param headStart how long only {@link #settle} gives them back, because connections may still
   *     be open; zero when there are none
   */
  void giveBack(Tx tx, SessionId session, Duration headStart);

  /**
   * Tries at once to return what was marked of a session, whose connections are closed; what does
   * not succeed is owed. Never throws for a manager.
   */
  void settle(SessionId session);

  /** The leases of a session, those that are over too; for its report. */
  List<LeaseId> of(Tx tx, SessionId session);

  /**
   * Has everything that a process was lending or giving back fall due now, because it is dead: its
   * calls ended with it.
   *
   * @param process as {@link io.postern.core.store.Ids#process} named it there
   */
  void takeUp(String process);

  /**
   * Renews the leases of a session that would end before {@code until}; failures are recorded and
   * tried again.
   */
  void renew(SessionId session, Instant until);

  /**
   * What is to be borrowed.
   *
   * @param person on whose behalf
   * @param session in which session
   * @param endpoint where it logs on
   * @param credential which
   * @param until how long it is needed
   * @param rotateAfter whether it is rotated when it is given back
   */
  record Loan(
      Person person,
      SessionId session,
      Endpoint endpoint,
      CandidateId credential,
      Instant until,
      boolean rotateAfter) {}

  /**
   * What was borrowed.
   *
   * @param lease its row
   * @param credential the secret; the receiver closes it
   * @param madeForThis whether it was made for this one use, so that fetching it again gives
   *     another one that is no newer
   */
  record Borrowed(LeaseId lease, Credential credential, boolean madeForThis) {}
}
