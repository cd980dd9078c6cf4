package io.postern.core.credential;

import io.postern.PosternException;
import io.postern.core.audit.Act;
import io.postern.core.audit.Journal;
import io.postern.core.store.Tx;
import io.postern.spi.alarm.Alarm;
import io.postern.spi.alarm.AlarmListener;
import jakarta.inject.Inject;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the host what a person must look at, on a thread of its own: a listener that throws or
 * hangs hurts nobody. What is told stands in the store already.
 */
final class Alarms implements AutoCloseable {
  static final int MOST_WAITING = 1_000;

  private static final Logger log = LoggerFactory.getLogger(Alarms.class);

  private final Optional<AlarmListener> listener;
  private final Journal journal;
  private final InstantSource clock;
  private final ThreadPoolExecutor thread;

  @Inject
  Alarms(Optional<AlarmListener> listener, Journal journal, InstantSource clock) {
    this.listener = listener;
    this.journal = journal;
    this.clock = clock;
    this.thread =
        new ThreadPoolExecutor(
            1,
            1,
            10,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(MOST_WAITING),
            work -> {
              Thread made = new Thread(work, "postern-alarms");
              made.setDaemon(true);
              return made;
            });
    thread.allowCoreThreadTimeOut(true);
  }

  /** A lease was given up: told when {@code tx} has committed. */
  void givenUp(Tx tx, LeaseRow row, Why why) {
    boolean rotation = row.settledAt().isPresent();
    tell(
        tx,
        row,
        rotation ? Alarm.Kind.ROTATION_GIVEN_UP : Alarm.Kind.LEASE_IRREVOCABLE,
        "could not be " + owed(row) + " (lease " + row.id() + "): ",
        why,
        "have it tried again, or do it by hand and say so");
  }

  /** A lease waits for a manager that is silent: told when {@code tx} has committed. */
  void overdue(Tx tx, LeaseRow row, Why why) {
    tell(
        tx,
        row,
        Alarm.Kind.LEASE_OVERDUE,
        "could not be " + owed(row) + " yet (lease " + row.id() + "): ",
        why,
        "it goes on being tried, at most an hour apart, and at once when the manager answers; see"
            + " to the manager, or do it by hand and say so");
  }

  private static String owed(LeaseRow row) {
    return row.settledAt().isPresent() ? "rotated" : "given back";
  }

  private void tell(Tx tx, LeaseRow row, Alarm.Kind kind, String begins, Why why, String toDo) {
    String what = begins + why.text();
    Alarm alarm =
        new Alarm(
            kind,
            clock.instant(),
            row.credential().manager(),
            Optional.of(row.credential()),
            Optional.of(row.id()),
            "credential " + row.credential() + " " + what + "; " + toDo);
    tx.afterCommit(
        () -> {
          log.warn(
              "somebody must look kind={} lease={} credential={} what={} log={}",
              kind,
              row.id(),
              row.credential(),
              what,
              why.log());
          raise(alarm);
        });
  }

  /** No instance of a manager answers any more. */
  void managerLost(String manager, String why) {
    log.warn("credential manager has lost its last member manager={} detail={}", manager, why);
    raise(
        new Alarm(
            Alarm.Kind.MANAGER_LOST,
            clock.instant(),
            manager,
            Optional.empty(),
            Optional.empty(),
            "no instance of credential manager '" + manager + "' answers any more: " + why));
    try {
      journal.write(
          Act.of(Settlement.ACTOR, "credential-manager.lost", "credential-manager:" + manager)
              .because(why));
    } catch (PosternException e) {
      // Last, and let go of: a store that is down must not keep anybody from being told.
      log.debug("not written down manager={} code={}", manager, e.code());
    }
  }

  private void raise(Alarm alarm) {
    if (listener.isEmpty()) {
      return;
    }
    try {
      thread.execute(() -> tell(listener.get(), alarm));
    } catch (RejectedExecutionException e) {
      if (thread.isShutdown()) {
        log.debug("alarm not told, because Postern closes kind={}", alarm.kind());
      } else {
        log.warn("alarm dropped: {} wait for the host's listener already", MOST_WAITING);
      }
    }
  }

  private static void tell(AlarmListener listener, Alarm alarm) {
    try {
      listener.raised(alarm);
    } catch (Exception | Error e) {
      // An Error too: the next alarm needs this thread.
      log.warn("the host's alarm listener failed kind={}", alarm.kind(), e);
    }
  }

  /** Interrupts a listener that hangs; what waits stands in the store. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
