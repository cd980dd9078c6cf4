package io.postern.core.credential;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffPausesTest {
  @ParameterizedTest
  @CsvSource({"1, 10", "2, 40", "3, 160", "4, 640", "5, 2560"})
  void pause_isFourTimesAsLongEachTime_aQuarterMoreOrLess(int failures, int seconds) {
    Duration quarter = Duration.ofSeconds(seconds).dividedBy(4);
    assertThat(IntStream.range(0, 500).mapToObj(any -> Backoff.after(failures)).distinct())
        .as("what failed together does not come back together")
        .hasSizeGreaterThan(50)
        .allSatisfy(
            pause ->
                assertThat(pause).isBetween(quarter.multipliedBy(3), quarter.multipliedBy(5)));
  }
}
