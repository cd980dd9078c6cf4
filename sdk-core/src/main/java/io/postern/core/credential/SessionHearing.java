package io.postern.core.credential;

import io.postern.PosternException;
import io.postern.core.credential.Lending.Loan;
import io.postern.core.store.Ids;
import io.postern.credential.CandidateId;
import io.postern.session.SessionId;
import io.postern.spi.CallContext;
import io.postern.spi.credential.HearsOfSessions;
import io.postern.spi.credential.HearsOfSessions.SessionNote;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells plug-ins that want to know which sessions logged on with what they lent, and when those
 * have ended. Best effort: nobody waits, nothing is told twice, and what a process that dies had to
 * tell is never told.
 */
final class SessionHearing {
  private static final Logger log = LoggerFactory.getLogger(SessionHearing.class);

  /** An end that is never seen here, such as of a session that another process ends. */
  private static final int MOST_OPEN = 10_000;

  private final CredentialManagers managers;
  private final Ids ids;
  private final Map<SessionId, Map<CandidateId, Loan>> open = new LinkedHashMap<>();

  @Inject
  SessionHearing(CredentialManagers managers, Ids ids) {
    this.managers = managers;
    this.ids = ids;
  }

  /** A session has logged on with what was lent; told once for each credential of a session. */
  void loggedOn(Loan loan) {
    Optional<NamedProvider> hears = hears(loan);
    if (hears.isPresent() && isNew(loan)) {
      tell(hears.get(), "session-started", HearsOfSessions::sessionStarted, loan);
    }
  }

  /** A session has ended; told where its start was. */
  void ended(SessionId session) {
    List<Loan> told;
    synchronized (open) {
      Map<CandidateId, Loan> loans = open.remove(session);
      told = loans == null ? List.of() : new ArrayList<>(loans.values());
    }
    for (Loan loan : told) {
      hears(loan)
          .ifPresent(
              manager -> tell(manager, "session-ended", HearsOfSessions::sessionEnded, loan));
    }
  }

  private Optional<NamedProvider> hears(Loan loan) {
    return managers
        .find(loan.credential().manager())
        .filter(manager -> manager.can(HearsOfSessions.class));
  }

  private boolean isNew(Loan loan) {
    synchronized (open) {
      boolean fresh =
          open.computeIfAbsent(loan.session(), session -> new LinkedHashMap<>())
                  .putIfAbsent(loan.credential(), loan)
              == null;
      if (open.size() > MOST_OPEN) {
        open.remove(open.keySet().iterator().next());
      }
      return fresh;
    }
  }

  private void tell(
      NamedProvider manager, String what, BiConsumer<HearsOfSessions, SessionNote> way, Loan loan) {
    String callId = ids.next();
    manager
        .notes()
        .add(
            () -> {
              try {
                tellNow(manager, what, way, loan, callId);
              } catch (PosternException e) {
                log.debug("not told manager={} what={} code={}", manager.name(), what, e.code());
              }
            });
  }

  private static void tellNow(
      NamedProvider manager,
      String what,
      BiConsumer<HearsOfSessions, SessionNote> way,
      Loan loan,
      String callId) {
    Object unused =
        manager
            .calls()
            .once(
                what,
                HearsOfSessions.class,
                (member, deadline) -> {
                  CallContext context =
                      new CallContext(
                          loan.person(),
                          Optional.of(loan.session()),
                          Optional.of(loan.endpoint().item()),
                          what,
                          callId,
                          deadline);
                  way.accept(
                      member, new SessionNote(loan.credential().key(), loan.endpoint(), context));
                  return true;
                },
                late -> {},
                () -> {})
            .await();
  }
}
