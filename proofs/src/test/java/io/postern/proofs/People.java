package io.postern.proofs;

import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.spi.directory.PersonDirectory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The people of the proofs: {@code worker-0} to {@code worker-3} ask, {@code noor} decides, {@code
 * adam} may everything.
 */
public final class People implements PersonDirectory {
  public static final int WORKERS = 4;

  private final Map<PersonId, Person> people =
      Stream.concat(
              IntStream.range(0, WORKERS)
                  .mapToObj(
                      number ->
                          Person.named("worker-" + number, "Worker " + number)
                              .memberOf("ops")
                              .with(Privilege.CHECK_OUT_ACCOUNTS, Privilege.VIEW_SECRETS)
                              .build()),
              Stream.of(
                  Person.named("noor", "Noor Aziz").memberOf("approvers").build(),
                  Person.named("adam", "Adam Root").with(Privilege.values()).build()))
          .collect(Collectors.toMap(Person::id, Function.identity()));

  @Override
  public Optional<Person> find(PersonId id) {
    return Optional.ofNullable(people.get(id));
  }

  @Override
  public List<Person> members(GroupId group) {
    return people.values().stream().filter(person -> person.is(group)).toList();
  }
}
