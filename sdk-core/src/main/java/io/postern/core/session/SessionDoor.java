package io.postern.core.session;

import io.postern.PosternException;
import io.postern.core.credential.Lending;
import io.postern.person.PersonId;
import io.postern.session.EndReason;
import io.postern.session.SessionId;
import io.postern.session.Sessions;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens and closes the room, and hands sessions to people. */
final class SessionDoor implements SessionServices {
  private static final Logger log = LoggerFactory.getLogger(SessionDoor.class);

  private static final int CLOSERS = 16;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final SessionRoom room;
  private final Nodes nodes;
  private final Renewal renewal;
  private final LiveSessions live;
  private final SessionThreads threads;
  private final Lending lending;

  @Inject
  SessionDoor(
      SessionRoom room,
      Nodes nodes,
      Renewal renewal,
      LiveSessions live,
      SessionThreads threads,
      Lending lending) {
    this.room = room;
    this.nodes = nodes;
    this.renewal = renewal;
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
    renewal.start();
  }

  @Override
  public void close() {
    threads.close();
    Set<SessionId> here = live.shut();
    boolean settled;
    try {
      settled = here.isEmpty() || endAll(here);
    } finally {
      // Not before, or others would take up what is being ended here; not after it was forgotten,
      // or it would join anew.
      renewal.close();
    }
    if (settled) {
      leave();
    }
  }

  /** All at once, because each may wait for an endpoint; true when all were ended in time. */
  private boolean endAll(Set<SessionId> here) {
    ExecutorService closers =
        Executors.newFixedThreadPool(
            Math.min(CLOSERS, here.size()),
            task -> {
              Thread thread = new Thread(task, "postern-closing");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<Callable<Boolean>> endings = new ArrayList<>();
      here.forEach(id -> endings.add(() -> end(id)));
      boolean settled = true;
      for (Future<Boolean> one :
          closers.invokeAll(endings, PATIENCE.toNanos(), TimeUnit.NANOSECONDS)) {
        settled &= !one.isCancelled() && one.get();
      }
      return settled;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      log.warn("a session was not ended", e);
      return false;
    } finally {
      closers.shutdownNow();
    }
  }

  private boolean end(SessionId id) {
    boolean ended = false;
    try {
      // Somebody may have ended it here while the store could not be written.
      Unwritten.End end =
          live.find(id)
              .flatMap(LiveSession::unwrittenEnd)
              .orElse(
                  new Unwritten.End(
                      EndReason.INTERRUPTED,
                      "the process with its connections closed",
                      Ending.ITSELF));
      room.ending().now(id, end.reason(), end.why(), end.actor());
      ended = true;
    } catch (PosternException e) {
      // The store may be gone; what is open must be closed all the same, and the rest is found by
      // whoever sees that this process is not there any more.
      log.debug("session not ended session={} code={}", id, e.code());
    }
    live.end(id);
    return ended;
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
