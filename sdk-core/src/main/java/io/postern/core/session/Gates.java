package io.postern.core.session;

import io.postern.core.audit.Journal;
import io.postern.core.jump.Judge;
import io.postern.core.person.People;
import io.postern.core.store.Database;
import jakarta.inject.Inject;
import java.time.InstantSource;

/** Makes the gates at which sessions let tools pass or not. */
final class Gates {
  private final Database database;
  private final SessionRows rows;
  private final People people;
  private final Judge judge;
  private final Journal journal;
  private final InstantSource clock;

  @Inject
  Gates(
      Database database,
      SessionRows rows,
      People people,
      Judge judge,
      Journal journal,
      InstantSource clock) {
    this.database = database;
    this.rows = rows;
    this.people = people;
    this.judge = judge;
    this.journal = journal;
    this.clock = clock;
  }

  SessionGate of(SessionRow row, LiveSession live) {
    return new SessionGate(row, live, database, rows, people, judge, journal, clock);
  }
}
