package io.postern.tck;

import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** How a provider is asked: within a time, and with its failures looked at. */
final class Asking {
  private final Duration patience;
  private final Leaks leaks;

  Asking(Duration patience, Leaks leaks) {
    this.patience = patience;
    this.leaks = leaks;
  }

  /**
   * Makes a call, in time.
   *
   * @param rule what is broken when it fails, in whatever way of the closed set
   * @throws RuleBroken also when it hangs, or throws what is outside the set
   */
  <T> T ask(SpiRule rule, String what, Callable<T> call) throws Exception {
    TimedCall<T> timed = ended(what, TimedCall.start(call));
    Throwable thrown = timed.thrown();
    if (thrown != null) {
      ProviderException failure = inTheSet(what, thrown);
      throw new RuleBroken(
          rule, what + " failed with " + failure.failure() + ": " + failure.getMessage(), failure);
    }
    return timed.returned();
  }

  /**
   * Makes a call that must fail.
   *
   * @param rule what is broken when it does not, or not in one of these ways
   */
  ProviderException refused(SpiRule rule, String what, Callable<?> call, Failure... ways)
      throws Exception {
    TimedCall<?> timed = ended(what, TimedCall.start(call));
    Throwable thrown = timed.thrown();
    String expected = ways.length == 0 ? "a failure" : Arrays.toString(ways);
    if (thrown == null) {
      Object answer = timed.returned();
      if (answer instanceof Lent one) {
        one.credential().secrets().forEach(leaks::learn);
        one.credential().close();
      }
      throw new RuleBroken(rule, what + " returned " + brief(answer) + " instead of " + expected);
    }
    ProviderException failure = inTheSet(what, thrown);
    if (ways.length > 0 && !Arrays.asList(ways).contains(failure.failure())) {
      throw new RuleBroken(
          rule,
          what
              + " failed with "
              + failure.failure()
              + " instead of "
              + expected
              + ": "
              + failure.getMessage(),
          failure);
    }
    return failure;
  }

  /**
   * Waits for a call.
   *
   * @throws RuleBroken when it hangs
   */
  <T> TimedCall<T> ended(String what, TimedCall<T> timed) throws InterruptedException {
    if (!timed.endsWithin(patience)) {
      String where = timed.whereabouts();
      timed.interrupt();
      throw new RuleBroken(
          SpiRule.TIME_1, what + " has not returned after " + patience + "; " + where);
    }
    return timed;
  }

  /** What was thrown, if it is one of the closed set. */
  ProviderException inTheSet(String what, Throwable thrown) {
    leaks.heard(SpiRule.LEAK_2, "what " + what + " threw", thrown);
    if (!(thrown instanceof ProviderException failure)) {
      throw new RuleBroken(SpiRule.ERR_1, what + " threw " + thrown.getClass().getName(), thrown);
    }
    if (failure.getMessage() == null || failure.getMessage().isBlank()) {
      throw new RuleBroken(SpiRule.ERR_2, what + " failed without a text", failure);
    }
    return failure;
  }

  private static String brief(@Nullable Object answer) {
    return answer == null ? "null or nothing" : "a " + answer.getClass().getSimpleName();
  }
}
