package io.postern.core.session;

import io.postern.person.PersonId;
import io.postern.session.Sessions;

/** Makes what people see of sessions, and opens and closes the room. */
public interface SessionServices extends AutoCloseable {
  /** Sessions as this person sees them. */
  Sessions sessions(PersonId person);

  /** Joins the processes that share the store. To be called before anything else. */
  void open();

  /** Ends what is live here as interrupted and lets go of threads. */
  @Override
  void close();
}
