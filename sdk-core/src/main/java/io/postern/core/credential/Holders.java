package io.postern.core.credential;

import io.postern.core.person.People;
import io.postern.person.Person;
import io.postern.person.PersonId;
import jakarta.inject.Inject;
import java.util.Optional;

/**
 * Holders of leases as people. Never fails: neither a name to be shown nor a lease to be given back
 * depends on the host's directory.
 */
final class Holders {
  private final People people;

  @Inject
  Holders(People people) {
    this.people = people;
  }

  /** The person, or one without rights and with the id for a name. */
  Person person(PersonId id) {
    return find(id).orElseGet(() -> Person.named(id.value(), id.value()).build());
  }

  /** How others see the holder. */
  String name(PersonId id) {
    return find(id).map(Person::toString).orElse(id.value());
  }

  private Optional<Person> find(PersonId id) {
    try {
      return people.find(id);
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }
}
