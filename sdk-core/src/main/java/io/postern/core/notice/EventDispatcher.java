package io.postern.core.notice;

import io.postern.core.sweep.Sweep;
import io.postern.spi.event.EventListener;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Tells the host's listeners of what was linked into the chain, each on a thread of its own: one
 * that hangs keeps neither sessions from ending in time nor other listeners waiting.
 */
final class EventDispatcher implements Sweep, AutoCloseable {
  /** How long a listener may take for one event; half of what a claim lasts. */
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final List<EventFeed> feeds = new ArrayList<>();

  @Inject
  EventDispatcher(Map<String, EventListener> listeners, EventRows rows) {
    this(listeners, rows, LIMIT);
  }

  EventDispatcher(Map<String, EventListener> listeners, EventRows rows, Duration limit) {
    listeners.forEach((name, listener) -> feeds.add(new EventFeed(name, listener, rows, limit)));
  }

  @Override
  public String name() {
    return "event dispatcher";
  }

  @Override
  public void begin() {
    feeds.forEach(EventFeed::begin);
  }

  @Override
  public boolean sweep() {
    feeds.forEach(EventFeed::tellIfDue);
    // Their threads go on until nothing is due; there is nothing to hurry back for.
    return false;
  }

  @Override
  public void close() {
    feeds.forEach(EventFeed::close);
  }
}
