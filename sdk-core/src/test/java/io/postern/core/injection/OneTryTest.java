package io.postern.core.injection;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.core.Refused;
import io.postern.core.injection.OneTry.Leave;
import io.postern.testing.Rule;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who may carry a credential that is not known to be right. */
@Timeout(60)
class OneTryTest {
  private final OneTry tries = new OneTry("https://db1");

  private Leave begin() {
    return tries.begin(Duration.ofSeconds(30));
  }

  private void assertRefused() {
    Refused.with(ErrorCode.LOGON_REFUSED, this::begin);
  }

  private void assertOthersWait() {
    Refused.with(ErrorCode.ENDPOINT_TIMED_OUT, () -> tries.begin(Duration.ofMillis(1)));
  }

  @Test
  @Rule("INJ-6")
  void refusal_ofTheFirstTry_isTheLast() {
    Leave first = begin();
    assertOthersWait();
    tries.refused(first);
    tries.over(first);
    assertRefused();
  }

  @Test
  @Rule("INJ-6")
  void refusalsOfRequestsThatWereUnderWayTogether_areOneDoubt_whichOneTrySettles() {
    tries.taken(begin());
    Leave one = begin();
    Leave other = begin();
    assertThat(one.alone()).isFalse();
    tries.refused(one);
    Leave again = begin();
    assertThat(again.alone()).isTrue();
    tries.refused(other);
    assertOthersWait();
    tries.taken(again);
    assertThat(begin().alone()).isFalse();
  }

  @Test
  @Rule("INJ-6")
  void secondRefusalInARow_isTheLast() {
    tries.taken(begin());
    tries.refused(begin());
    tries.refused(begin());
    assertRefused();
  }

  @Test
  @Rule("INJ-6")
  void endOfAnEarlierTry_letsNobodyInBesideTheOneUnderWay() {
    Leave first = begin();
    tries.taken(first);
    tries.refused(begin());
    Leave now = begin();
    tries.over(first);
    assertOthersWait();
    tries.over(now);
    assertThat(begin().alone()).isTrue();
  }
}
