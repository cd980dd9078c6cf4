package io.postern.core.notice;

import io.postern.core.notice.EventRows.Place;
import io.postern.spi.event.Event;
import io.postern.spi.event.EventListener;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one listener of what follows in the chain, on a thread of its own. Its place is written
 * down after it was told, so what is told when a process dies comes again.
 */
final class EventFeed implements AutoCloseable {
  /** How many events are read at a time, and come again at most. */
  static final int BATCH = 100;

  private static final Logger log = LoggerFactory.getLogger(EventFeed.class);

  /** How long the place of a slow listener goes unwritten; with a call, less than a claim lasts. */
  private static final long KEEP_NANOS = Duration.ofSeconds(1).toNanos();

  private final String name;
  private final EventListener listener;
  private final EventRows rows;
  private final OwnThread thread;
  private final PatientCall calls;
  private volatile boolean closed;

  /** Whether the log says already that it fails; its own thread's. */
  private boolean failing;

  EventFeed(String name, EventListener listener, EventRows rows, Duration limit) {
    this.name = name;
    this.listener = listener;
    this.rows = rows;
    this.thread = new OwnThread("postern-event-" + name);
    // One at a time, for the order: while a call hangs, none is made beside it.
    this.calls = new PatientCall(limit, 1, "event-" + name);
  }

  void begin() {
    rows.open(name, listener.fromTheBeginning());
  }

  /** Has it told, if there is something to tell. Returns at once. */
  void tellIfDue() {
    if (!closed && calls.isFree() && rows.isDue(name)) {
      thread.run(this::tell);
    }
  }

  private void tell() {
    try {
      rows.claim(name).ifPresent(place -> new Run(place).goOn());
    } catch (RuntimeException e) {
      if (closed) {
        log.debug("events wait, because Postern closes listener={}", name, e);
      } else {
        log.warn("events wait, because the store failed listener={}", name, e);
      }
    }
  }

  /** Lets an event that is on its way come again at the next start. */
  @Override
  public void close() {
    closed = true;
    thread.close();
    calls.close();
  }

  /** What is told under one claim. */
  private final class Run {
    private long kept;
    private long told;
    private int failures;
    private long keptAtNanos = System.nanoTime();

    private Run(Place from) {
      this.kept = from.position();
      this.told = from.position();
      this.failures = from.failures();
    }

    /** Goes on until nothing follows, one could not be told, or another process has taken over. */
    void goOn() {
      List<Event> events;
      do {
        events = rows.after(told, BATCH);
        for (Event event : events) {
          if (closed || !tell(event) || !keepNowAndThen()) {
            rows.release(name, kept, told, failures);
            return;
          }
        }
      } while (events.size() == BATCH && keep());
      rows.release(name, kept, told, failures);
    }

    private boolean tell(Event event) {
      try {
        calls.run(
            () -> {
              listener.on(event);
              return true;
            });
      } catch (Exception | Error e) {
        if (!closed) {
          failures++;
          say(event, e);
        }
        return false;
      }
      told = event.position();
      failures = 0;
      failing = false;
      return true;
    }

    private void say(Event event, Throwable e) {
      if (failing) {
        log.debug(
            "event not taken listener={} position={} try={}", name, event.position(), failures, e);
      } else {
        failing = true;
        log.warn(
            "the host's event listener failed, and is told again after a pause listener={}"
                + " position={}",
            name,
            event.position(),
            e);
      }
    }

    private boolean keepNowAndThen() {
      return System.nanoTime() - keptAtNanos < KEEP_NANOS || keep();
    }

    private boolean keep() {
      if (!rows.keep(name, kept, told)) {
        log.debug("another process tells listener={} from={}", name, kept);
        return false;
      }
      kept = told;
      keptAtNanos = System.nanoTime();
      return true;
    }
  }
}
