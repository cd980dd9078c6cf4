package io.postern.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

class SettableClockTest {
  private final SettableClock clock = SettableClock.at("2026-11-22T09:00:00Z");

  @Test
  void clock_untouched_standsStill() {
    assertThat(clock.instant()).isEqualTo(clock.instant()).isEqualTo("2026-11-22T09:00:00Z");
  }

  @Test
  void advance_movesViewsToo() {
    Clock view = clock.withZone(ZoneId.of("Europe/Berlin"));
    assertThat(clock.advance(Duration.ofDays(7))).isEqualTo(Instant.parse("2026-11-29T09:00:00Z"));
    assertThat(view.instant()).isEqualTo("2026-11-29T09:00:00Z");
    assertThat(view.getZone()).isEqualTo(ZoneId.of("Europe/Berlin"));
  }
}
