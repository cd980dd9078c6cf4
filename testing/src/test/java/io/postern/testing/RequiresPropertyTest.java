package io.postern.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Events;

class RequiresPropertyTest {
  private static final String ADDRESS = "postern.testing.address";

  @AfterEach
  void putBack() {
    System.clearProperty(ADDRESS);
  }

  @Test
  void missingProperty_skips_withTheReason() {
    assertThat(run().skipped().stream())
        .singleElement()
        .satisfies(event -> assertThat(event.toString()).contains("-D" + ADDRESS + "=..."));
  }

  @Test
  void givenProperty_runs() {
    System.setProperty(ADDRESS, "http://127.0.0.1:1");
    assertThat(run().succeeded().count()).isEqualTo(1);
  }

  private static Events run() {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(NeedsAddress.class))
        .execute()
        .testEvents();
  }

  static class NeedsAddress {
    @Test
    @RequiresProperty(ADDRESS)
    void needs() {}
  }
}
