package io.postern.core.sweep;

import com.google.inject.AbstractModule;
import com.google.inject.Scopes;
import com.google.inject.multibindings.Multibinder;
import java.time.Duration;

/**
 * The sweeper. Exposes {@link Sweeper}, which the door starts and closes; takes the {@link Sweep}s
 * that the rooms' modules contribute. Needs {@link java.time.InstantSource}.
 */
public final class SweepModule extends AbstractModule {
  private final Duration interval;

  /** Sweeps every 250 milliseconds. */
  public SweepModule() {
    this(Duration.ofMillis(250));
  }

  public SweepModule(Duration interval) {
    this.interval = interval;
  }

  @Override
  protected void configure() {
    Multibinder.newSetBinder(binder(), Sweep.class);
    bind(Sweeper.Interval.class).toInstance(new Sweeper.Interval(interval));
    bind(Sweeper.class).in(Scopes.SINGLETON);
  }
}
