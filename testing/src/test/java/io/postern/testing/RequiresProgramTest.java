package io.postern.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.EventStatistics;
import org.junit.platform.testkit.engine.Events;

class RequiresProgramTest {
  private final String require = System.getProperty("postern.require", "false");

  @AfterEach
  void putBack() {
    System.setProperty("postern.require", require);
  }

  @Test
  void missingProgram_withoutRequire_skips() {
    System.setProperty("postern.require", "false");
    assertThat(run(NeedsMissing.class).skipped().count()).isEqualTo(1);
  }

  @Test
  void missingProgram_withRequire_fails() {
    System.setProperty("postern.require", "true");
    assertThat(run(NeedsMissing.class).failed().count()).isEqualTo(1);
  }

  @Test
  void presentProgram_withRequire_runs() {
    System.setProperty("postern.require", "true");
    run(NeedsShell.class).assertStatistics(this::oneSucceeds);
  }

  private void oneSucceeds(EventStatistics statistics) {
    statistics.started(1).succeeded(1);
  }

  private static Events run(Class<?> test) {
    return EngineTestKit.engine("junit-jupiter")
        .selectors(selectClass(test))
        .execute()
        .testEvents();
  }

  static class NeedsMissing {
    @Test
    @RequiresProgram(value = "no-such-program", debianPackage = "no-such-package")
    void needs() {}
  }

  static class NeedsShell {
    @Test
    @RequiresProgram(value = "sh", debianPackage = "dash")
    void needs() {}
  }
}
