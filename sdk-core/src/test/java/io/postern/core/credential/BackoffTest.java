package io.postern.core.credential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
  @Test
  void after_growsFromSeconds_andIsNeverMoreThanAnHour() {
    for (int failures = 1; failures < 10_000; failures++) {
      assertThat(Backoff.after(failures))
          .isGreaterThan(Duration.ofSeconds(7))
          .isLessThanOrEqualTo(Duration.ofHours(1));
    }
    assertThat(Backoff.after(1)).isLessThan(Duration.ofSeconds(13));
    assertThat(Backoff.after(100)).isGreaterThan(Duration.ofMinutes(35));
  }
}
