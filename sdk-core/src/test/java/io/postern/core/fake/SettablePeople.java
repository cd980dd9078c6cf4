package io.postern.core.fake;

import io.postern.core.Barrier;
import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.spi.directory.PersonDirectory;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A directory that tests change and switch off. */
public final class SettablePeople implements PersonDirectory {
  private final Map<PersonId, Person> people = new ConcurrentHashMap<>();
  private final AtomicInteger answersLeft = new AtomicInteger(Integer.MAX_VALUE);
  private final AtomicInteger refusals = new AtomicInteger();
  private final Map<PersonId, Barrier> barriers = new ConcurrentHashMap<>();
  private volatile boolean down;

  public void add(Person.Builder builder) {
    Person person = builder.build();
    people.put(person.id(), person);
  }

  public void remove(String id) {
    people.remove(PersonId.of(id));
  }

  public void down(boolean off) {
    answersLeft.set(Integer.MAX_VALUE);
    down = off;
  }

  /** Has it answer so often, and go down then. */
  public void downAfter(int answers) {
    answersLeft.set(answers);
  }

  /** How often it was asked while it was down. */
  public int refusals() {
    return refusals.get();
  }

  /** Has every question for a person wait at a barrier. */
  public void holdBack(String id, Barrier barrier) {
    barriers.put(PersonId.of(id), barrier);
  }

  @Override
  public Optional<Person> find(PersonId id) {
    requireUp();
    if (barriers.containsKey(id)) {
      barriers.get(id).run();
    }
    return Optional.ofNullable(people.get(id));
  }

  @Override
  public List<Person> members(GroupId group) {
    requireUp();
    return people.values().stream().filter(person -> person.is(group)).toList();
  }

  private void requireUp() {
    if (down || answersLeft.getAndDecrement() <= 0) {
      refusals.incrementAndGet();
      throw new IllegalStateException("the directory is down");
    }
  }
}
