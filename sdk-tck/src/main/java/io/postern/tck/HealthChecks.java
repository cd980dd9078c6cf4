package io.postern.tck;

import io.postern.spi.credential.Health;
import java.util.List;

/** Whether the store answers. */
final class HealthChecks {
  private HealthChecks() {}

  static List<Check> all() {
    return List.of(
        new Check(SpiRule.HEALTH_1, "a store that answers is healthy", HealthChecks::up),
        new Check(SpiRule.HEALTH_2, "a store out of reach is not", HealthChecks::down),
        new Check(SpiRule.HEALTH_3, "a store that is back is again", HealthChecks::back));
  }

  private static void up(Subject subject) throws Exception {
    Health health = subject.health();
    if (!health.usable()) {
      throw new RuleBroken(SpiRule.HEALTH_1, "the store of this test is down: " + health.detail());
    }
  }

  private static void down(Subject subject) throws Exception {
    // Twice: before the provider has ever had the store, and after.
    Wanted.cut(subject);
    requireDown(subject, "before the first call");
    Wanted.mend(subject);
    subject.found();
    Wanted.cut(subject);
    requireDown(subject, "after calls that worked");
  }

  private static void requireDown(Subject subject, String when) throws Exception {
    Health health = subject.health();
    if (health.usable()) {
      throw new RuleBroken(
          SpiRule.HEALTH_2, "cut off " + when + ", it says it is up: " + health.detail());
    }
  }

  private static void back(Subject subject) throws Exception {
    subject.provider();
    Wanted.cut(subject);
    subject.health();
    Wanted.mend(subject);
    Health health = subject.health();
    if (!health.usable()) {
      throw new RuleBroken(SpiRule.HEALTH_3, "after it was back: " + health.detail());
    }
  }
}
