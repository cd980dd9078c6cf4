package io.postern.core.credential;

import io.postern.core.credential.LeaseRow.Purpose;
import io.postern.core.credential.Lending.Loan;
import io.postern.credential.CandidateId;
import io.postern.credential.LeaseId;
import io.postern.person.Person;
import io.postern.session.SessionId;
import io.postern.spi.connector.Endpoint;
import java.time.Instant;
import java.util.Optional;

/**
 * What is to be lent, in a session or as a check-out.
 *
 * @param again the lease whose secret was refused and is asked for once more
 */
record Need(
    Person person,
    Optional<SessionId> session,
    Endpoint endpoint,
    CandidateId credential,
    Instant until,
    boolean rotateAfter,
    Purpose purpose,
    Optional<LeaseId> again) {
  static Need of(Loan loan) {
    return of(loan, Optional.empty());
  }

  static Need again(Loan loan, LeaseId lease) {
    return of(loan, Optional.of(lease));
  }

  private static Need of(Loan loan, Optional<LeaseId> again) {
    return new Need(
        loan.person(),
        Optional.of(loan.session()),
        loan.endpoint(),
        loan.credential(),
        loan.until(),
        loan.rotateAfter(),
        Purpose.SESSION,
        again);
  }

  static Need checkOut(
      Person person,
      Endpoint endpoint,
      CandidateId credential,
      Instant until,
      boolean rotateAfter) {
    return new Need(
        person,
        Optional.empty(),
        endpoint,
        credential,
        until,
        rotateAfter,
        Purpose.CHECK_OUT,
        Optional.empty());
  }

  /** The name of the act in the audit trail, once it has succeeded. */
  String action() {
    if (purpose == Purpose.CHECK_OUT) {
      return "credential.checked-out";
    }
    return again.isPresent() ? "credential.fetched-again" : "credential.borrowed";
  }
}
