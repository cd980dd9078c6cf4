package io.postern.core.approval;

import static io.postern.approval.RequestStatus.APPROVED;
import static io.postern.approval.RequestStatus.CANCELLED;
import static io.postern.approval.RequestStatus.DENIED;
import static io.postern.approval.RequestStatus.EXPIRED;
import static io.postern.approval.RequestStatus.PENDING;
import static io.postern.approval.RequestStatus.REVOKED;

import io.postern.approval.RequestStatus;
import io.postern.core.state.Transitions;

/** What can happen to a request, with the one table of where that leads. */
enum RequestEvent {
  APPROVE,
  DENY,
  CANCEL,
  EXPIRE;

  static final Transitions<RequestStatus, RequestEvent> TABLE =
      Transitions.<RequestStatus, RequestEvent>of("request", RequestStatus.class)
          .on(PENDING, APPROVE, APPROVED)
          .on(PENDING, DENY, DENIED)
          .on(PENDING, CANCEL, CANCELLED)
          .on(PENDING, EXPIRE, EXPIRED)
          .on(APPROVED, CANCEL, REVOKED)
          .on(APPROVED, EXPIRE, EXPIRED)
          .build();
}
