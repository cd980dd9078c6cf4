package io.postern.credential.vault;

import io.postern.credential.Credential;
import io.postern.person.PersonId;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.LeaseTerms;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Who has what checked out through this instance, with its password, until the hold ends. Safe for
 * use by several threads.
 */
final class Holds implements AutoCloseable {
  private final InstantSource clock;
  private final List<Hold> all = new ArrayList<>();
  private boolean closed;

  Holds(InstantSource clock) {
    this.clock = clock;
  }

  /** One hold; what it lends are copies. */
  private record Hold(
      String key,
      PersonId person,
      String name,
      String callId,
      LeaseTerms terms,
      Credential.Password credential) {
    Lent lent() {
      return new Lent(
          Credential.password(credential.username(), credential.password().copy()), terms);
    }
  }

  /** Takes the credential over; lends nothing when this was closed before. */
  synchronized Optional<Lent> add(
      String key, Place place, LeaseTerms terms, Credential.Password credential) {
    if (closed) {
      credential.close();
      return Optional.empty();
    }
    Hold hold =
        new Hold(
            key,
            place.person().id(),
            place.person().name(),
            place.call().callId(),
            terms,
            credential);
    all.add(hold);
    return Optional.of(hold.lent());
  }

  synchronized Optional<Lent> ofCall(String key, PersonId person, String callId) {
    return current(key).stream()
        .filter(hold -> hold.person().equals(person) && hold.callId().equals(callId))
        .findFirst()
        .map(Hold::lent);
  }

  synchronized Optional<Lent> ofPerson(String key, PersonId person) {
    return current(key).stream()
        .filter(hold -> hold.person().equals(person))
        .findFirst()
        .map(Hold::lent);
  }

  /** Under which leases it is held. */
  synchronized List<String> leases(String key) {
    return current(key).stream().map(hold -> hold.terms().reference()).toList();
  }

  synchronized boolean isEmpty(String key) {
    return current(key).isEmpty();
  }

  /** Who has it, for others to read. */
  synchronized String names(String key) {
    return current(key).stream().map(Hold::name).distinct().collect(Collectors.joining(", "));
  }

  synchronized void renewed(LeaseTerms terms) {
    all.replaceAll(
        hold ->
            hold.terms().reference().equals(terms.reference())
                ? new Hold(
                    hold.key(), hold.person(), hold.name(), hold.callId(), terms, hold.credential())
                : hold);
  }

  synchronized void remove(String lease) {
    for (Iterator<Hold> holds = all.iterator(); holds.hasNext(); ) {
      Hold hold = holds.next();
      if (hold.terms().reference().equals(lease)) {
        hold.credential().close();
        holds.remove();
      }
    }
  }

  private List<Hold> current(String key) {
    expire();
    return all.stream().filter(hold -> hold.key().equals(key)).toList();
  }

  /** Wipes the secrets of leases that are over (rule ECM-10). */
  synchronized void expire() {
    Instant now = clock.instant();
    for (Iterator<Hold> holds = all.iterator(); holds.hasNext(); ) {
      Hold hold = holds.next();
      if (hold.terms().expiresAt().map(end -> !end.isAfter(now)).orElse(false)) {
        hold.credential().close();
        holds.remove();
      }
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    all.forEach(hold -> hold.credential().close());
    all.clear();
  }
}
