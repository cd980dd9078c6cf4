package io.postern.core.credential;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.connector.Connectors;
import io.postern.core.credential.Lending.Borrowed;
import io.postern.core.jump.Judge.Admission;
import io.postern.core.store.Database;
import io.postern.core.store.Tx;
import io.postern.credential.CandidateId;
import io.postern.credential.Credential;
import io.postern.credential.CredentialViews;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import io.postern.credential.Viewing;
import io.postern.person.Person;
import io.postern.person.PersonId;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks at secrets (rule OUT-2): timed, counted, audited. The lease that a look is borrowed under
 * is what is durable about it; a process that dies takes the secret with it, and the lease falls
 * due.
 */
final class Views implements AutoCloseable {
  private final Borrowing borrowing;
  private final CheckOuts checkOuts;
  private final Database database;
  private final InstantSource clock;
  private final ConcurrentMap<LeaseId, Look> open = new ConcurrentHashMap<>();

  /** Closing a secret waits for who reads it just now, and the sweep must wait for nobody. */
  private final ThreadPoolExecutor threads;

  private volatile boolean closed;

  @Inject
  Views(Borrowing borrowing, CheckOuts checkOuts, Database database, InstantSource clock) {
    this.borrowing = borrowing;
    this.checkOuts = checkOuts;
    this.database = database;
    this.clock = clock;
    this.threads =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            work -> {
              Thread thread = new Thread(work, "postern-views");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Writes that the person looks once more, and says how many times that makes. */
  static long count(Tx tx, CandidateId credential, PersonId viewer, Instant now) {
    tx.run(
        "insert into credential_view (manager, credential, person, views, last_viewed_at)"
            + " values (?, ?, ?, 1, ?) on conflict (manager, credential, person) do update"
            + " set views = credential_view.views + 1, last_viewed_at = excluded.last_viewed_at",
        credential.manager(),
        credential.key(),
        viewer,
        now);
    return times(tx, credential, viewer);
  }

  private static long times(Tx tx, CandidateId credential, PersonId viewer) {
    return tx.first(
            "select views from credential_view where manager = ? and credential = ?"
                + " and person = ?",
            row -> row.number("views"),
            credential.manager(),
            credential.key(),
            viewer)
        .orElse(0L);
  }

  List<CredentialViews> of(CandidateId credential) {
    return database.read(
        tx ->
            tx.list(
                "select person, views, last_viewed_at from credential_view where manager = ?"
                    + " and credential = ? order by last_viewed_at desc, person",
                row ->
                    new CredentialViews(
                        PersonId.of(row.text("person")),
                        row.number("views"),
                        row.optionalInstant("last_viewed_at").orElseThrow()),
                credential.manager(),
                credential.key()));
  }

  Viewing view(Person person, Admission admission, CandidateId credential, String reason) {
    Duration time =
        admission
            .terms()
            .viewableFor()
            // A policy that was stored by other means; who saves one is told.
            .filter(allowed -> admission.terms().approval().isEmpty())
            .orElseThrow(
                () ->
                    new PosternException(
                        ErrorCode.NOT_PERMITTED,
                        "the policy of '"
                            + admission.item().name()
                            + "' lets nobody look at secrets; start a session, which uses them"));
    Borrowed borrowed =
        borrowing.borrow(
            Need.view(
                person,
                Connectors.endpoint(admission.item()),
                credential,
                clock.instant().plus(time),
                reason));
    try {
      LeaseRow row = database.read(tx -> LeaseRows.find(tx, borrowed.lease())).orElseThrow();
      Instant until = row.untilAt().orElseThrow();
      Look look =
          new Look(
              row.id(),
              row.credential(),
              borrowed.credential(),
              row.expiresAt().filter(until::isAfter).orElse(until),
              database.read(tx -> times(tx, credential, person.id())),
              person);
      open.put(row.id(), look);
      if (closed) {
        // Whoever closes may have been through before this one was there to be found.
        wipe(row.id());
        throw new PosternException(ErrorCode.CLOSED, "Postern is closed; nothing is shown");
      }
      return look;
    } catch (RuntimeException e) {
      // The lease falls due at its time.
      borrowed.credential().close();
      throw e;
    }
  }

  /** Ends what is over, by time or by force; who reads a secret just now delays only that. */
  void sweep() {
    if (open.isEmpty()) {
      return;
    }
    Instant now = clock.instant();
    List<LeaseId> ended =
        database.read(
            tx ->
                open.values().stream()
                    .filter(
                        look ->
                            !look.until().isAfter(now)
                                || LeaseRows.find(tx, look.lease())
                                    .filter(row -> row.state() == State.HELD)
                                    .isEmpty())
                    .map(Look::lease)
                    .toList());
    ended.forEach(this::wipe);
  }

  private void wipe(LeaseId lease) {
    Look look = open.remove(lease);
    if (look != null) {
      try {
        threads.execute(look.credential::close);
      } catch (RejectedExecutionException | OutOfMemoryError e) {
        // Better late, and by whoever is here, than never.
        look.credential.close();
      }
    }
  }

  /** Wipes what is being looked at; the leases fall due, here or in another process. */
  @Override
  public void close() {
    closed = true;
    open.keySet().forEach(this::wipe);
    threads.shutdown();
  }

  /** One look. */
  private final class Look implements Viewing {
    private final LeaseId lease;
    private final CandidateId id;
    private final Credential credential;
    private final Instant until;
    private final long times;
    private final Person viewer;

    private Look(
        LeaseId lease,
        CandidateId id,
        Credential credential,
        Instant until,
        long times,
        Person viewer) {
      this.lease = lease;
      this.id = id;
      this.credential = credential;
      this.until = until;
      this.times = times;
      this.viewer = viewer;
    }

    @Override
    public LeaseId lease() {
      return lease;
    }

    @Override
    public CandidateId id() {
      return id;
    }

    @Override
    public Credential credential() {
      if (!until.isAfter(clock.instant())) {
        wipe(lease);
        throw new PosternException(
            ErrorCode.CLOSED, "this look at credential " + id + " was over at " + until);
      }
      return credential;
    }

    @Override
    public Instant until() {
      return until;
    }

    @Override
    public long times() {
      return times;
    }

    @Override
    public void close() {
      if (open.remove(lease) != null) {
        credential.close();
        checkOuts.checkIn(viewer, lease);
      }
    }

    @Override
    public String toString() {
      return "look at " + id + " until " + until;
    }
  }
}
