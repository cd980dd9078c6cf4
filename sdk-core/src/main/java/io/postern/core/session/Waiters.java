package io.postern.core.session;

import io.postern.session.SessionId;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Wakes threads of this process that wait for a session to change. Changes of other processes they
 * look for.
 */
final class Waiters {
  private final Map<SessionId, Set<Semaphore>> waiting = new ConcurrentHashMap<>();

  @Inject
  Waiters() {}

  /** One thread's place; to be taken before looking, so that no change between is missed. */
  final class Place implements AutoCloseable {
    private final SessionId session;
    private final Semaphore bell = new Semaphore(0);

    private Place(SessionId session) {
      this.session = session;
      waiting.compute(
          session,
          (id, places) -> {
            Set<Semaphore> more = places == null ? ConcurrentHashMap.newKeySet() : places;
            more.add(bell);
            return more;
          });
    }

    /** Waits for a change, or so many nanoseconds. */
    void await(long nanos) throws InterruptedException {
      if (bell.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
        bell.drainPermits();
      }
    }

    @Override
    public void close() {
      waiting.computeIfPresent(
          session,
          (id, places) -> {
            places.remove(bell);
            return places.isEmpty() ? null : places;
          });
    }
  }

  Place take(SessionId session) {
    return new Place(session);
  }

  void changed(SessionId session) {
    waiting.getOrDefault(session, Set.of()).forEach(Semaphore::release);
  }
}
