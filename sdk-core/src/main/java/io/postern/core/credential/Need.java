package io.postern.core.credential;

import io.postern.core.credential.Lending.Loan;
import io.postern.credential.CandidateId;
import io.postern.credential.Lease.Purpose;
import io.postern.credential.LeaseId;
import io.postern.person.Person;
import io.postern.session.SessionId;
import io.postern.spi.connector.Endpoint;
import java.time.Instant;
import java.util.Optional;

/**
 * What is to be lent, in a session, as a check-out, or for a look.
 *
 * @param simultaneous whether an account may be checked out that is not exclusive
 * @param reason why it is looked at; an empty text where nobody was asked
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
    Optional<LeaseId> again,
    boolean simultaneous,
    String reason) {
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
        again,
        false,
        "");
  }

  static Need checkOut(
      Person person,
      Endpoint endpoint,
      CandidateId credential,
      Instant until,
      boolean rotateAfter,
      boolean simultaneous) {
    return new Need(
        person,
        Optional.empty(),
        endpoint,
        credential,
        until,
        rotateAfter,
        Purpose.CHECK_OUT,
        Optional.empty(),
        simultaneous,
        "");
  }

  /** What was looked at is worth nothing afterwards, where the manager can see to that. */
  static Need view(
      Person person, Endpoint endpoint, CandidateId credential, Instant until, String reason) {
    return new Need(
        person,
        Optional.empty(),
        endpoint,
        credential,
        until,
        true,
        Purpose.VIEW,
        Optional.empty(),
        false,
        reason);
  }

  /** What for, as the manager is told. */
  String purposeOfCall() {
    return switch (purpose) {
      case SESSION -> "log-on";
      case CHECK_OUT -> "check-out";
      case VIEW -> "view";
    };
  }

  /** The name of the act in the audit trail, once it has succeeded. */
  String action() {
    if (purpose == Purpose.CHECK_OUT) {
      return "credential.checked-out";
    }
    if (purpose == Purpose.VIEW) {
      return "credential.viewed";
    }
    return again.isPresent() ? "credential.fetched-again" : "credential.borrowed";
  }
}
