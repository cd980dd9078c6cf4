package io.postern.core.jump;

import static java.util.Objects.requireNonNull;

import io.postern.core.person.People;
import io.postern.core.store.Database;
import io.postern.jump.Catalog;
import io.postern.jump.JumpItems;
import io.postern.person.PersonId;
import jakarta.inject.Inject;

/** Hands the parts of this room to the services that act for one person. */
final class ServicesOfOnePerson implements JumpServices {
  private final Database database;
  private final People people;
  private final ItemChanges items;
  private final GroupChanges groups;
  private final PolicyChanges policies;
  private final HostKeyChanges hostKeys;

  @Inject
  ServicesOfOnePerson(
      Database database,
      People people,
      ItemChanges items,
      GroupChanges groups,
      PolicyChanges policies,
      HostKeyChanges hostKeys) {
    this.database = database;
    this.people = people;
    this.items = items;
    this.groups = groups;
    this.policies = policies;
    this.hostKeys = hostKeys;
  }

  @Override
  public JumpItems jumpItems(PersonId person) {
    return new ItemsForPerson(database, people, requireNonNull(person, "person"));
  }

  @Override
  public Catalog catalog(PersonId person) {
    return new CatalogForPerson(
        database, people, items, groups, policies, hostKeys, requireNonNull(person, "person"));
  }
}
