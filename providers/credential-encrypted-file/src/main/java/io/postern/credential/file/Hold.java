package io.postern.credential.file;

import io.postern.person.PersonId;
import io.postern.spi.credential.ReleaseRequest;
import java.time.Instant;

/**
 * Who has an exclusive account.
 *
 * @param person the holder
 * @param name the holder's name, for the others to read
 * @param callId the call that took it
 * @param reference the lease's name
 * @param until others may take it from then on
 */
record Hold(PersonId person, String name, String callId, String reference, Instant until) {
  boolean isOver(Instant now) {
    return !now.isBefore(until);
  }

  /** Whether it is this hold that is given back; a crash may have lost the reference. */
  boolean isMeantBy(ReleaseRequest request) {
    return request.leaseReference().isEmpty()
        ? request.call().callId().equals(callId)
        : request.leaseReference().equals(reference);
  }

  String holder() {
    return name + " (" + person + ")";
  }
}
