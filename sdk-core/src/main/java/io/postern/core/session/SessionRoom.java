package io.postern.core.session;

import io.postern.core.audit.Journal;
import io.postern.core.jump.Judge;
import io.postern.core.person.People;
import io.postern.core.store.Database;
import jakarta.inject.Inject;

/** What every handle of a session needs, put together once. */
record SessionRoom(
    Database database,
    People people,
    Judge judge,
    SessionRows rows,
    Starting starting,
    Connecting connecting,
    Injecting injecting,
    Extending extending,
    Freezing freezing,
    Ending ending,
    LiveSessions live,
    SessionReports reports,
    Waiters waiters,
    Journal journal) {
  @Inject
  SessionRoom {}
}
