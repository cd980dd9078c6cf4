package io.postern.core.notice;

import io.postern.approval.DecisionToken;
import io.postern.core.sweep.Sweep;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.spi.directory.PersonDirectory;
import io.postern.spi.notifier.Notifier;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands notices that are due to the host's notifier, one at a time, on a thread of its own: a mail
 * server that does not answer must not keep sessions from ending in time.
 */
final class NoticeDispatcher implements Sweep, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NoticeDispatcher.class);

  private final AtomicBoolean busy = new AtomicBoolean();
  private final ThreadPoolExecutor thread;
  private final Outbox outbox;
  private final Optional<Notifier> notifier;
  private final PersonDirectory directory;
  private volatile boolean closed;

  @Inject
  NoticeDispatcher(Outbox outbox, Optional<Notifier> notifier, PersonDirectory directory) {
    this.outbox = outbox;
    this.notifier = notifier;
    this.directory = directory;
    this.thread =
        new ThreadPoolExecutor(
            1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), NoticeDispatcher::named);
    thread.allowCoreThreadTimeOut(true);
  }

  @Override
  public String name() {
    return "notice dispatcher";
  }

  @Override
  public boolean sweep() {
    if (notifier.isPresent() && !closed && outbox.isDue() && busy.compareAndSet(false, true)) {
      try {
        thread.execute(() -> deliverAll(notifier.get()));
      } catch (RuntimeException e) {
        busy.set(false);
        throw e;
      }
    }
    // Its thread goes on until nothing is due; there is nothing to hurry back for.
    return false;
  }

  /** Gives up a delivery that hangs: it is due again when its claim has run out. */
  @Override
  public void close() {
    closed = true;
    thread.shutdownNow();
  }

  private void deliverAll(Notifier to) {
    try {
      for (Optional<Outbox.Parcel> parcel = outbox.take();
          parcel.isPresent() && !closed;
          parcel = outbox.take()) {
        deliver(to, parcel.get());
      }
    } catch (RuntimeException e) {
      if (closed) {
        log.debug("notices wait, because Postern closes", e);
      } else {
        log.warn("notices wait, because the store failed", e);
      }
    } finally {
      busy.set(false);
    }
  }

  private void deliver(Notifier to, Outbox.Parcel parcel) {
    Optional<Person> person;
    try {
      person = person(parcel);
    } catch (RuntimeException | Error e) {
      log.debug("the directory failed; a notice waits notice={}", parcel.id(), e);
      outbox.failed(parcel, "the directory of people failed: " + e.getClass().getName());
      return;
    }
    String email = parcel.email().isBlank() ? person.map(Person::email).orElse("") : parcel.email();
    if (email.isBlank()) {
      // Nobody to write to: it stands in the inbox.
      outbox.delivered(parcel);
    } else {
      deliver(to, parcel, email, person.map(Person::name).orElse(email));
    }
  }

  private void deliver(Notifier to, Outbox.Parcel parcel, String email, String recipient) {
    Optional<DecisionToken> token = outbox.token(parcel, email);
    try {
      to.deliver(
          new Notifier.Delivery(
              parcel.id().value(),
              email,
              recipient,
              parcel.language(),
              parcel.subject(),
              parcel.body(),
              token));
    } catch (RuntimeException | Error e) {
      String failure = withoutToken(e, token);
      // Not the exception itself: its text and causes may hold the link with the token.
      log.debug(
          "notice not delivered notice={} try={} failure={}",
          parcel.id(),
          parcel.attempts(),
          failure);
      if (parcel.attempts() >= Outbox.MOST_ATTEMPTS) {
        log.warn(
            "notice given up notice={} tries={} failure={}",
            parcel.id(),
            parcel.attempts(),
            failure);
      }
      outbox.failed(parcel, failure);
      return;
    }
    outbox.delivered(parcel);
  }

  /** The recipient as the directory has them; a failure matters only where the address lacks. */
  private Optional<Person> person(Outbox.Parcel parcel) {
    if (parcel.person().isEmpty()) {
      return Optional.empty();
    }
    try {
      return directory.find(PersonId.of(parcel.person()));
    } catch (RuntimeException e) {
      if (parcel.email().isBlank()) {
        throw e;
      }
      log.debug("the directory failed; a notice goes out without a name", e);
      return Optional.empty();
    }
  }

  private static String withoutToken(Throwable fault, Optional<DecisionToken> token) {
    String text = fault.toString();
    return token.map(secret -> text.replace(secret.value(), "*")).orElse(text);
  }

  private static Thread named(Runnable work) {
    Thread thread = new Thread(work, "postern-notices");
    thread.setDaemon(true);
    return thread;
  }
}
