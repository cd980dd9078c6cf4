package io.postern.core.credential;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Journal;
import io.postern.core.credential.HeldCall.BrokenAnswer;
import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import io.postern.credential.Lease.Purpose;
import io.postern.credential.Lease.State;
import io.postern.session.SessionId;
import io.postern.spi.CallContext;
import io.postern.spi.credential.LeaseTerms;
import io.postern.spi.credential.RenewsLeases;
import io.postern.spi.credential.RenewsLeases.RenewRequest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Lets the secrets of held leases last as long as they are needed. */
final class Renewal {
  private static final Duration AT_LEAST = Duration.ofSeconds(5);

  private final CredentialManagers managers;
  private final Holders holders;
  private final Database database;
  private final Journal journal;
  private final InstantSource clock;

  @Inject
  Renewal(
      CredentialManagers managers,
      Holders holders,
      Database database,
      Journal journal,
      InstantSource clock) {
    this.managers = managers;
    this.holders = holders;
    this.database = database;
    this.journal = journal;
    this.clock = clock;
  }

  /**
   * When a lease on these terms needs attention next: a check-out or a look ends at its time, and a
   * secret that ends before it is no longer needed is renewed after two thirds of what it has left.
   */
  static Optional<Instant> dueAt(LeaseRow row, LeaseTerms terms, Instant now) {
    Optional<Instant> renewal =
        terms
            .expiresAt()
            .filter(end -> terms.renewable() && row.purpose() != Purpose.VIEW)
            .filter(end -> row.untilAt().filter(end::isBefore).isPresent())
            .map(end -> now.plus(atLeast(Duration.between(now, end).multipliedBy(2).dividedBy(3))));
    return Stream.concat(renewal.stream(), ends(row).stream()).min(Instant::compareTo);
  }

  private static Duration atLeast(Duration pause) {
    return pause.compareTo(AT_LEAST) < 0 ? AT_LEAST : pause;
  }

  /** Renews what a session holds and would lose before {@code until}. */
  void renew(SessionId session, Instant until) {
    List<LeaseRow> held =
        database.change(
            tx -> {
              tx.run(
                  "update lease set until_at = ?, version = version + 1 where session = ? and state = 'HELD'"
                      + " and (until_at is null or until_at < ?)",
                  until,
                  session,
                  until);
              return LeaseRows.ofSession(tx, session);
            });
    for (LeaseRow row : held) {
      if (row.state() == State.HELD
          && row.renewable()
          && row.expiresAt().filter(end -> end.isBefore(until)).isPresent()) {
        renew(row);
      }
    }
  }

  /**
   * Renews one lease that is HELD; a failure is kept with it and tried again. Never throws for it.
   */
  Settlement.Outcome renew(LeaseRow row) {
    Instant now = clock.instant();
    Optional<NamedProvider> provider = managers.find(row.credential().manager());
    boolean canRenew = provider.filter(one -> one.can(RenewsLeases.class)).isPresent();
    if (!canRenew || row.expiresAt().filter(end -> end.isAfter(now)).isEmpty()) {
      return over(row, "the secret has ended, or the manager cannot renew it");
    }
    // Claimed by moving the due time, so that two nodes do not renew at once.
    Instant claim = now.plus(managers.limits().perCall().multipliedBy(2));
    Optional<LeaseRow> claimed =
        database.change(
            tx ->
                LeaseRows.update(tx, row, "due_at = ?", claim)
                    ? LeaseRows.find(tx, row.id())
                    : Optional.<LeaseRow>empty());
    if (claimed.isEmpty()) {
      return Settlement.Outcome.WAITS;
    }
    try {
      LeaseTerms terms = ask(provider.orElseThrow(), claimed.get());
      database.change(tx -> renewed(tx, claimed.get(), terms));
      return Settlement.Outcome.SETTLED;
    } catch (PosternException e) {
      if (e.code() == ErrorCode.CREDENTIAL_NOT_FOUND) {
        return over(claimed.get(), Setbacks.text(e));
      }
      return failed(claimed.get(), e);
    }
  }

  private LeaseTerms ask(NamedProvider provider, LeaseRow row) {
    return provider
        .calls()
        .repeatable(
            "renew",
            RenewsLeases.class,
            (member, deadline) -> {
              LeaseTerms terms =
                  member.renew(
                      new RenewRequest(
                          row.credential().key(),
                          row.reference(),
                          row.untilAt().orElse(deadline),
                          new CallContext(
                              holders.person(row.holder()),
                              row.session(),
                              Optional.of(row.item()),
                              "renew",
                              row.id().value(),
                              deadline)));
              if (terms == null
                  || terms.expiresAt().filter(end -> !end.isAfter(clock.instant())).isPresent()) {
                throw new BrokenAnswer("the renewed terms were none, or had ended already");
              }
              return terms;
            })
        .await();
  }

  /**
   * Writes the terms down. When somebody changed the row while the manager was asked, the answer
   * still holds, as long as it is held; only when it must be renewed next follows from the row as
   * it is now, for the session may have been extended.
   */
  private boolean renewed(Tx tx, LeaseRow asked, LeaseTerms terms) {
    LeaseRow row =
        LeaseRows.find(tx, asked.id())
            .filter(now -> now.state() == State.HELD && now.reference().equals(asked.reference()))
            .orElse(asked);
    String reference = terms.reference().isEmpty() ? row.reference() : terms.reference();
    boolean done =
        LeaseRows.update(
            tx,
            row,
            "reference = ?, renewable = ?, expires_at = ?, attempts = 0, last_failure = '',"
                + " due_at = ?",
            reference,
            terms.renewable(),
            terms.expiresAt(),
            dueAt(row, terms, clock.instant()));
    if (done) {
      journal.write(
          tx,
          row.act(Settlement.ACTOR, "credential.renewed")
              .with("until", terms.expiresAt().map(Instant::toString).orElse("no end")));
    }
    return done;
  }

  private Settlement.Outcome failed(LeaseRow row, PosternException failure) {
    Instant again = clock.instant().plus(Backoff.after(row.attempts() + 1));
    database.change(
        tx ->
            LeaseRows.update(
                tx,
                row,
                "attempts = ?, last_failure = ?, due_at = ?",
                Math.min(row.attempts() + 1, Backoff.MOST_TRIES),
                Setbacks.text(failure),
                ends(row).filter(again::isAfter).orElse(again)));
    return Settlement.Outcome.FAILED;
  }

  /** No renewing any more; the lease stays held, and a check-out still ends at its time. */
  private Settlement.Outcome over(LeaseRow row, String why) {
    database.change(
        tx ->
            LeaseRows.update(
                tx, row, "renewable = 0, last_failure = ?, due_at = ?", why, ends(row)));
    return Settlement.Outcome.FAILED;
  }

  private static Optional<Instant> ends(LeaseRow row) {
    return row.endsByTime() ? row.untilAt() : Optional.empty();
  }
}
