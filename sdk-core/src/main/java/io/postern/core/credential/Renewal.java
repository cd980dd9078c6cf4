package io.postern.core.credential;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.audit.Journal;
import io.postern.core.credential.HeldCall.BrokenAnswer;
import io.postern.core.store.Database;
import io.postern.core.store.Ids;
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
  private final Silence silence;
  private final Alarms alarms;
  private final Database database;
  private final Journal journal;
  private final InstantSource clock;
  private final String node;

  @Inject
  Renewal(
      CredentialManagers managers,
      Holders holders,
      Silence silence,
      Alarms alarms,
      Database database,
      Journal journal,
      Ids ids,
      InstantSource clock) {
    this.managers = managers;
    this.holders = holders;
    this.silence = silence;
    this.alarms = alarms;
    this.database = database;
    this.journal = journal;
    this.clock = clock;
    this.node = ids.process();
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
      return over(row, Why.of(ended(row, canRenew)));
    }
    // Claimed by moving the due time, so that two nodes do not renew at once.
    Instant claim = now.plus(managers.limits().perCall().multipliedBy(2));
    Optional<LeaseRow> claimed =
        database.change(
            tx ->
                LeaseRows.update(tx, row, "node = ?, due_at = ?", node, claim)
                    ? LeaseRows.find(tx, row.id())
                    : Optional.<LeaseRow>empty());
    if (claimed.isEmpty()) {
      return Settlement.Outcome.WAITS;
    }
    try {
      LeaseTerms terms = ask(provider.orElseThrow(), claimed.get());
      database.change(tx -> renewed(tx, claimed.get(), terms));
      answered(claimed.get());
      return Settlement.Outcome.SETTLED;
    } catch (PosternException e) {
      if (e.code() == ErrorCode.CREDENTIAL_NOT_FOUND) {
        answered(claimed.get());
        return over(claimed.get(), Why.of(e));
      }
      return failed(claimed.get(), e);
    }
  }

  private static String ended(LeaseRow row, boolean canRenew) {
    String what = canRenew ? "the secret has ended" : "the manager's plug-in cannot renew it";
    return row.lastFailure().isEmpty() ? what : what + ", after " + row.lastFailure();
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
            "reference = ?, renewable = ?, expires_at = ?, attempts = 0, silences = 0,"
                + " last_failure = '', node = null, due_at = ?",
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

  /** What waits because the manager was silent, such as other leases, waits no longer. */
  private void answered(LeaseRow row) {
    if (row.silences() > 0) {
      silence.over(row.credential().manager());
    }
  }

  private Settlement.Outcome failed(LeaseRow row, PosternException failure) {
    boolean silent = Setbacks.isSilence(failure);
    int attempts = Math.min(row.attempts() + (silent ? 0 : 1), Backoff.MOST_TRIES);
    int silences = silent ? row.silences() + 1 : 0;
    Instant now = clock.instant();
    Instant again = now.plus(pause(row, silent ? silences : attempts, now));
    database.change(
        tx ->
            LeaseRows.update(
                tx,
                row,
                "attempts = ?, silences = ?, last_failure = ?, node = null, due_at = ?",
                attempts,
                silences,
                Setbacks.text(failure),
                ends(row).filter(again::isAfter).orElse(again)));
    if (silent) {
      return Settlement.Outcome.MANAGER_SILENT;
    }
    answered(row);
    return Settlement.Outcome.FAILED;
  }

  /**
   * The nearer the end, the more often: a pause never takes more than a quarter of what is left.
   */
  private static Duration pause(LeaseRow row, int failures, Instant now) {
    Duration usual = Backoff.after(failures);
    Duration most =
        row.expiresAt().map(end -> Duration.between(now, end).dividedBy(4)).orElse(usual);
    return atLeast(usual.compareTo(most) < 0 ? usual : most);
  }

  /**
   * No renewing any more; the lease stays held, and a check-out still ends at its time. Whoever
   * uses it loses the secret before that: a person is told.
   */
  private Settlement.Outcome over(LeaseRow row, Why why) {
    Instant now = clock.instant();
    boolean needed =
        row.renewable() && row.untilAt().filter(until -> until.isAfter(now)).isPresent();
    database.change(
        tx -> {
          boolean done =
              LeaseRows.update(
                  tx,
                  row,
                  "renewable = 0, silences = 0, last_failure = ?, node = null, due_at = ?",
                  why.text(),
                  ends(row));
          if (done && needed) {
            journal.write(
                tx, row.act(Settlement.ACTOR, "credential.not-renewed").because(why.text()));
            alarms.notRenewed(tx, row, why);
          }
          return done;
        });
    return Settlement.Outcome.FAILED;
  }

  private static Optional<Instant> ends(LeaseRow row) {
    return row.endsByTime() ? row.untilAt() : Optional.empty();
  }
}
