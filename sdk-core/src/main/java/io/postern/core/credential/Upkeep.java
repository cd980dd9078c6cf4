package io.postern.core.credential;

import io.postern.core.sweep.Sweep;
import jakarta.inject.Inject;

/** What time does to what this room holds in memory, and the end of its threads. */
final class Upkeep implements Sweep, AutoCloseable {
  private final CandidateCache cache;
  private final Views views;
  private final Alarms alarms;

  @Inject
  Upkeep(CandidateCache cache, Views views, Alarms alarms) {
    this.cache = cache;
    this.views = views;
    this.alarms = alarms;
  }

  @Override
  public String name() {
    return "credentials in memory";
  }

  @Override
  public boolean sweep() {
    cache.cleanUp();
    views.sweep();
    return false;
  }

  @Override
  public void close() {
    views.close();
    cache.close();
    alarms.close();
  }
}
