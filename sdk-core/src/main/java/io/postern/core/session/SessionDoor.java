package io.postern.core.session;

import io.postern.PosternException;
import io.postern.core.credential.Lending;
import io.postern.person.PersonId;
import io.postern.session.EndReason;
import io.postern.session.SessionId;
import io.postern.session.Sessions;
import jakarta.inject.Inject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens and closes the room, and hands sessions to people. */
final class SessionDoor implements SessionServices {
  private static final Logger log = LoggerFactory.getLogger(SessionDoor.class);

  private final SessionRoom room;
  private final Nodes nodes;
  private final LiveSessions live;
  private final SessionThreads threads;
  private final Lending lending;

  @Inject
  SessionDoor(
      SessionRoom room, Nodes nodes, LiveSessions live, SessionThreads threads, Lending lending) {
    this.room = room;
    this.nodes = nodes;
    this.live = live;
    this.threads = threads;
    this.lending = lending;
  }

  @Override
  public Sessions sessions(PersonId person) {
    return new PersonalSessions(person, room);
  }

  @Override
  public void open() {
    nodes.join();
  }

  @Override
  public void close() {
    threads.close();
    boolean settled = true;
    for (SessionId id : live.shut()) {
      try {
        room.ending()
            .byItself(id, EndReason.INTERRUPTED, "the process with its connections closed");
      } catch (PosternException e) {
        // The store may be gone; what is open must be closed all the same, and the rest is found by
        // whoever sees that this process is not there any more.
        log.debug("session not ended session={} code={}", id, e.code());
        settled = false;
      }
      live.end(id);
    }
    if (settled) {
      leave();
    }
  }

  private void leave() {
    try {
      lending.takeUp(nodes.me());
      nodes.forget(nodes.me());
    } catch (PosternException e) {
      log.debug("process not forgotten code={}", e.code());
    }
  }
}
