package io.postern.core.session;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.credential.Lending;
import io.postern.core.store.Ids;
import io.postern.credential.CandidateId;
import io.postern.credential.Credential;
import io.postern.credential.Secret;
import io.postern.spi.CallContext;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Has a credential tried by an endpoint or another target: once, and once more only when the secret
 * was rotated since it was fetched (rule INJ-6).
 */
final class LoggingOn {
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Lending lending;
  private final Ids ids;
  private final InstantSource clock;
  private final RefusedLogOns refused = new RefusedLogOns();

  @Inject
  LoggingOn(Lending lending, Ids ids, InstantSource clock) {
    this.lending = lending;
    this.ids = ids;
    this.clock = clock;
  }

  /** One try with a credential that the caller closes. */
  interface Attempt<T> {
    /**
     * @throws PosternException LOGON_REFUSED when it was the credential that was refused
     */
    T with(Credential credential, CallContext call);
  }

  /**
   * Makes the attempt with a credential of a manager's, which is borrowed for it.
   *
   * @param target what it is handed to, for who waits for it meanwhile
   * @throws PosternException ENDPOINT_TIMED_OUT when another attempt with it does not end
   */
  <T> T borrowed(ReadyToConnect ready, CandidateId credential, String target, Attempt<T> attempt) {
    Lending.Loan loan =
        new Lending.Loan(
            ready.person(),
            ready.row().id(),
            ready.endpoint(),
            credential,
            ready.latestEnd(),
            ready.terms().rotateAfterUse());
    try (RefusedLogOns.Turn turn = refused.turn(ready.row().id(), credential, target, LIMIT)) {
      turn.requireNotRefused();
      Lending.Borrowed borrowed = lending.borrow(loan);
      try (Credential first = borrowed.credential()) {
        Optional<Again> again =
            borrowed.madeForThis()
                ? Optional.empty()
                : Optional.of(() -> lending.again(loan, borrowed.lease()));
        T made = with(ready, first, again, attempt);
        lending.loggedOn(loan);
        return made;
      } catch (PosternException e) {
        if (e.code() == ErrorCode.LOGON_REFUSED) {
          turn.refused();
        }
        throw e;
      }
    }
  }

  /** Makes the attempt with a credential that the caller closes. */
  <T> T with(ReadyToConnect ready, Credential credential, Attempt<T> attempt) {
    return with(ready, credential, Optional.empty(), attempt);
  }

  /** Fetches the secret once more. */
  private interface Again {
    Credential fetch();
  }

  private <T> T with(
      ReadyToConnect ready, Credential credential, Optional<Again> again, Attempt<T> attempt) {
    try {
      return tryOnce(ready, credential, attempt);
    } catch (PosternException e) {
      if (e.code() != ErrorCode.LOGON_REFUSED || again.isEmpty()) {
        throw e;
      }
      try (Credential second = again.get().fetch()) {
        if (isSame(credential, second)) {
          throw e;
        }
        return tryOnce(ready, second, attempt);
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

  private <T> T tryOnce(ReadyToConnect ready, Credential credential, Attempt<T> attempt) {
    ready.requireAccepted(credential.kind());
    CallContext call =
        new CallContext(
            ready.person(),
            Optional.of(ready.row().id()),
            Optional.of(ready.endpoint().item()),
            "log-on",
            ids.next(),
            clock.instant().plus(LIMIT));
    return attempt.with(credential, call);
  }
}
