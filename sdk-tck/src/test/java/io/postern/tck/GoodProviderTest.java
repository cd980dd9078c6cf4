package io.postern.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.postern.testing.Rule;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;

/** A provider that keeps the rules passes. */
class GoodProviderTest {
  @Rule("ECM-12")
  @Test
  void aGoodProvider_passesEveryTest() {
    Outcome outcome = Outcome.of(new MemoryConformance());

    assertThat(outcome.broken()).isEmpty();
    assertThat(outcome.aborted()).isEmpty();
    assertThat(outcome.passed()).isGreaterThan(60);
  }

  @Test
  void junit_runsTheKitInASubclassAndShowsEveryRule() {
    EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(MemoryConformance.class))
        .execute()
        .testEvents()
        .assertStatistics(events -> events.failed(0).aborted(0).skipped(0))
        .succeeded()
        .assertThatEvents()
        .anySatisfy(
            event ->
                assertThat(event.getTestDescriptor().getDisplayName())
                    .startsWith("CP-FIND-1 MUST"));
  }
}
