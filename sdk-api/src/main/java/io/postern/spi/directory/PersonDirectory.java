package io.postern.spi.directory;

import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The host's people. Postern asks it at every call, so that a right that was taken away is gone at
 * once.
 *
 * <p>Implementations are safe for use by several threads and answer fast (they are asked on the
 * caller's thread, some calls ask several times): keep the answers in memory. A directory that
 * fails throws any exception; Postern then says no with DIRECTORY_UNAVAILABLE.
 */
public interface PersonDirectory {
  /** The person with this id as of now; empty when there is none or they may not act any more. */
  Optional<Person> find(PersonId id);

  /**
   * Everyone who is in the group as of now; told when something waits for the group, empty when it
   * is unknown.
   */
  List<Person> members(GroupId group);

  /** A fixed set of people, for examples, tests and small tools. */
  static PersonDirectory of(Person... people) {
    Map<PersonId, Person> byId =
        Stream.of(people).collect(Collectors.toUnmodifiableMap(Person::id, Function.identity()));
    return new PersonDirectory() {
      @Override
      public Optional<Person> find(PersonId id) {
        return Optional.ofNullable(byId.get(id));
      }

      @Override
      public List<Person> members(GroupId group) {
        return byId.values().stream().filter(person -> person.is(group)).toList();
      }
    };
  }
}
