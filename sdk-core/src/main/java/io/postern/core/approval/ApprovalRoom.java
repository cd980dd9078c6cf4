package io.postern.core.approval;

import io.postern.PosternException;
import io.postern.core.audit.Journal;
import io.postern.core.jump.Judge;
import io.postern.core.person.People;
import io.postern.core.store.Database;
import io.postern.person.Person;
import io.postern.person.PersonId;
import jakarta.inject.Inject;
import java.time.InstantSource;

/** What every view of requests needs, put together once. */
record ApprovalRoom(
    Database database,
    People people,
    Judge judge,
    RequestRows rows,
    ApproverRoll roll,
    Ballot ballot,
    Cancellation cancellation,
    Journal journal,
    InstantSource clock) {
  @Inject
  ApprovalRoom {}

  /**
   * The person's name; the id of somebody whom the directory does not know or cannot say, because
   * what was decided must not look failed for want of a name.
   */
  String nameOf(PersonId id) {
    try {
      return people.find(id).map(Person::name).orElse(id.value());
    } catch (PosternException e) {
      return id.value();
    }
  }
}
