package io.postern.tck;

import io.postern.spi.PluginContext;
import io.postern.spi.Settings;
import io.postern.spi.credential.CredentialProvider;
import java.time.InstantSource;

/** Ways to break the good provider. */
final class Fault {
  /** Makes a provider that is broken in one thing. */
  @FunctionalInterface
  interface Broken {
    CredentialProvider of(MemoryStore store, InstantSource clock);
  }

  /** Makes one of its settings, too. */
  @FunctionalInterface
  interface BrokenBySettings {
    CredentialProvider of(MemoryStore store, Settings settings, InstantSource clock);
  }

  /** Makes a factory that is broken in one thing. */
  @FunctionalInterface
  interface BrokenFactory {
    MemoryFactory of(MemoryStore store);
  }

  private Fault() {}

  /** What the kit says of it. */
  static Outcome in(Broken provider) {
    return in((store, settings, clock) -> provider.of(store, clock));
  }

  /** As {@link #in}, also by the rules that need real time. */
  static Outcome inTimes(Broken provider) {
    return Outcome.of(timed(provider));
  }

  /** What the rules alone say that need real time. */
  static Outcome inTimesAlone(Broken provider) {
    return Outcome.of(timed(provider), "keeps time"::equals);
  }

  private static MemoryConformance timed(Broken provider) {
    return kit(true, store -> factory(store, (same, settings, clock) -> provider.of(same, clock)));
  }

  static Outcome in(BrokenBySettings provider) {
    return inFactory(store -> factory(store, provider));
  }

  private static MemoryFactory factory(MemoryStore store, BrokenBySettings provider) {
    return new MemoryFactory(store) {
      @Override
      CredentialProvider provider(Settings settings, PluginContext context) {
        return provider.of(store, settings, context.clock());
      }
    };
  }

  static Outcome inFactory(BrokenFactory factory) {
    return Outcome.of(kit(false, factory));
  }

  private static MemoryConformance kit(boolean takesItsTime, BrokenFactory factory) {
    return new MemoryConformance() {
      @Override
      MemoryFactory factory(MemoryStore store) {
        return factory.of(store);
      }

      @Override
      boolean takesItsTime() {
        return takesItsTime;
      }
    };
  }
}
