package io.postern.core.session;

import io.postern.approval.RequestId;
import io.postern.core.session.Reservations.Span;
import io.postern.jump.JumpItem;
import io.postern.person.PersonId;
import io.postern.session.Ask;
import io.postern.session.SessionId;
import java.time.Instant;
import java.util.Optional;

/** A session about to be written down for the first time. */
record NewSession(
    SessionId id,
    JumpItem item,
    long itemVersion,
    PersonId owner,
    Optional<RequestId> request,
    Ask ask,
    String askDigest,
    String policy,
    Instant createdAt,
    Course course,
    Optional<Span> reservation) {}
