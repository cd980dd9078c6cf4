package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.credential.Lending;
import io.postern.core.jump.Items;
import io.postern.core.recording.Recorder;
import io.postern.core.recording.Recorder.Redactions;
import io.postern.core.store.Ids;
import io.postern.credential.CandidateId;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.spi.CallContext;
import io.postern.spi.connector.Connector.OpenRequest;
import io.postern.spi.connector.EndpointConnection;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Logs on to an endpoint: once, and once more only when the secret was rotated since it was fetched
 * (rule INJ-6).
 */
final class LoggingOn {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Lending lending;
  private final Recorder recorder;
  private final Items items;
  private final Ids ids;
  private final InstantSource clock;
  private final RefusedLogOns refused = new RefusedLogOns();

  @Inject
  LoggingOn(Lending lending, Recorder recorder, Items items, Ids ids, InstantSource clock) {
    this.lending = lending;
    this.recorder = recorder;
    this.items = items;
    this.ids = ids;
    this.clock = clock;
  }

  /** A log-on that succeeded, with what recordings of it leave out. */
  record LoggedOn(EndpointConnection bare, Redactions redactions) {
    /** Closes both because of {@code cause}, which gets what goes wrong. */
    void closeAfter(RuntimeException cause) {
      for (AutoCloseable each : new AutoCloseable[] {bare, redactions}) {
        try {
          each.close();
        } catch (Exception e) {
          cause.addSuppressed(e);
        }
      }
    }
  }

  /** Logs on with a credential of a manager's, which is borrowed for it. */
  LoggedOn borrowed(ReadyToConnect ready, CandidateId credential) {
    Lending.Loan loan =
        new Lending.Loan(
            ready.person(),
            ready.row().id(),
            ready.endpoint(),
            credential,
            ready.latestEnd(),
            ready.terms().rotateAfterUse());
    try (RefusedLogOns.Turn turn = refused.turn(ready.row().id(), credential)) {
      turn.requireNotRefused();
      Lending.Borrowed borrowed = lending.borrow(loan);
      try (Credential first = borrowed.credential()) {
        LoggedOn loggedOn =
            with(ready, first, Optional.of(() -> lending.again(loan, borrowed.lease())));
        lending.loggedOn(loan);
        return loggedOn;
      } catch (PosternException e) {
        if (e.code() == ErrorCode.LOGON_REFUSED) {
          turn.refused();
        }
        throw e;
      }
    }
  }

  /** Logs on with a credential that the caller closes. */
  LoggedOn with(ReadyToConnect ready, Credential credential) {
    return with(ready, credential, Optional.empty());
  }

  /** Fetches the secret once more. */
  private interface Again {
    Credential fetch();
  }

  private LoggedOn with(ReadyToConnect ready, Credential credential, Optional<Again> again) {
    try {
      return tryOnce(ready, credential);
    } catch (PosternException e) {
      if (e.code() != ErrorCode.LOGON_REFUSED || again.isEmpty()) {
        throw e;
      }
      try (Credential second = again.get().fetch()) {
        if (isSame(credential, second)) {
          throw e;
        }
        return tryOnce(ready, second);
      }
    }
  }

  private static boolean isSame(Credential one, Credential other) {
    List<Secret> mine = one.secrets();
    List<Secret> theirs = other.secrets();
    return one.kind() == other.kind()
        && one.username().equals(other.username())
        && mine.size() == theirs.size()
        && IntStream.range(0, mine.size()).allMatch(i -> mine.get(i).sameAs(theirs.get(i)));
  }

  private LoggedOn tryOnce(ReadyToConnect ready, Credential credential) {
    ready.requireAccepted(credential.kind());
    CallContext call =
        new CallContext(
            ready.person(),
            Optional.of(ready.row().id()),
            Optional.of(ready.endpoint().item()),
            "log-on",
            ids.next(),
            clock.instant().plus(LIMIT));
    Redactions redactions = recorder.redactionsOf(credential);
    try {
      EndpointConnection bare =
          ready
              .connector()
              .open(
                  new OpenRequest(
                      ready.endpoint(),
                      credential,
                      items.judgeOf(ready.item(), ready.person().id()),
                      call));
      return new LoggedOn(bare, redactions);
    } catch (RuntimeException e) {
      redactions.close();
      throw e;
    }
  }
}
