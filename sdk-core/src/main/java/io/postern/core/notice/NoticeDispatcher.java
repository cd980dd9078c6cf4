package io.postern.core.notice;

import io.postern.approval.DecisionToken;
import io.postern.core.sweep.Sweep;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.spi.directory.PersonDirectory;
import io.postern.spi.notifier.Notifier;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands notices that are due to the host's notifier, one at a time, on threads of its own: a mail
 * server that does not answer must not keep sessions from ending in time, nor other notices from
 * going out.
 */
final class NoticeDispatcher implements Sweep, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NoticeDispatcher.class);

  /** How long the host's code may take for one notice; far less than a claim lasts. */
  private static final Duration LIMIT = Duration.ofMinutes(1);

  /** How many calls of the host's code may hang at once. */
  private static final int MOST_HANGING = 8;

  private final OwnThread thread = new OwnThread("postern-notices");
  private final Outbox outbox;
  private final Optional<Notifier> notifier;
  private final PersonDirectory directory;
  private final PatientCall calls;
  private volatile boolean closed;

  @Inject
  NoticeDispatcher(Outbox outbox, Optional<Notifier> notifier, PersonDirectory directory) {
    this(outbox, notifier, directory, LIMIT);
  }

  NoticeDispatcher(
      Outbox outbox, Optional<Notifier> notifier, PersonDirectory directory, Duration limit) {
    this.calls = new PatientCall(limit, MOST_HANGING, "notice");
    this.outbox = outbox;
    this.notifier = notifier;
    this.directory = directory;
  }

  @Override
  public String name() {
    return "notice dispatcher";
  }

  @Override
  public boolean sweep() {
    if (notifier.isPresent() && !closed && outbox.isDue()) {
      thread.run(() -> deliverAll(notifier.get()));
    }
    // Its thread goes on until nothing is due; there is nothing to hurry back for.
    return false;
  }

  /** Gives up a delivery that hangs: it is due again when its claim has run out. */
  @Override
  public void close() {
    closed = true;
    thread.close();
    calls.close();
  }

  private void deliverAll(Notifier to) {
    try {
      while (!closed && calls.mayCall()) {
        Optional<Outbox.Parcel> parcel = outbox.take();
        if (parcel.isEmpty()) {
          return;
        }
        deliver(to, parcel.get());
      }
    } catch (RuntimeException e) {
      if (closed) {
        log.debug("notices wait, because Postern closes", e);
      } else {
        log.warn("notices wait, because the store failed", e);
      }
    }
  }

  private void deliver(Notifier to, Outbox.Parcel parcel) {
    Optional<Person> person;
    try {
      person = person(parcel);
    } catch (Exception | Error e) {
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
      Notifier.Delivery delivery =
          new Notifier.Delivery(
              parcel.id(),
              parcel.kind(),
              parcel.about(),
              parcel.recipient(),
              email,
              recipient,
              parcel.language(),
              parcel.subject(),
              parcel.body(),
              token);
      calls.run(
          () -> {
            to.deliver(delivery);
            return true;
          });
    } catch (Exception | Error e) {
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
  private Optional<Person> person(Outbox.Parcel parcel) throws Exception {
    if (parcel.person().isEmpty()) {
      return Optional.empty();
    }
    try {
      return calls.run(() -> directory.find(PersonId.of(parcel.person())));
    } catch (Exception e) {
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
}
