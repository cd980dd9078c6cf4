package io.postern.core.credential;

import io.postern.core.person.People;
import io.postern.core.store.Database;
import io.postern.credential.Candidate;
import io.postern.person.Person;
import io.postern.person.PersonId;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Holders of leases as people. Neither a name to be shown nor a lease to be given back depends on
 * the host's directory.
 */
final class Holders {
  private final People people;
  private final Database database;

  @Inject
  Holders(People people, Database database) {
    this.people = people;
    this.database = database;
  }

  /** The person, or one without rights and with the id for a name. */
  Person person(PersonId id) {
    return find(id).orElseGet(() -> Person.named(id.value(), id.value()).build());
  }

  /** How others see the holder. */
  String name(PersonId id) {
    return find(id).map(Person::toString).orElse(id.value());
  }

  /** The candidates, those that are out with the names of their holders (rule OUT-3). */
  List<Candidate> shownWith(List<Candidate> candidates) {
    if (candidates.stream().noneMatch(Candidate::exclusive)) {
      return candidates;
    }
    List<Optional<PersonId>> out =
        database.read(
            tx ->
                candidates.stream()
                    .map(
                        candidate ->
                            candidate.exclusive()
                                ? LeaseRows.out(tx, candidate.id()).map(LeaseRow::holder)
                                : Optional.<PersonId>empty())
                    .toList());
    // The directory is the host's code and is asked outside the transaction.
    return Stream.iterate(0, i -> i < candidates.size(), i -> i + 1)
        .map(i -> withHolder(candidates.get(i), out.get(i).map(this::name)))
        .toList();
  }

  private static Candidate withHolder(Candidate candidate, Optional<String> holder) {
    return new Candidate(
        candidate.id(),
        candidate.username(),
        candidate.label(),
        candidate.kind(),
        candidate.precedence(),
        candidate.exclusive(),
        holder,
        candidate.signedOnUse());
  }

  private Optional<Person> find(PersonId id) {
    try {
      return people.find(id);
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }
}
