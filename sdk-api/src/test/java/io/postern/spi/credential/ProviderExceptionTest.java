package io.postern.spi.credential;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProviderExceptionTest {
  private static final Map<Failure, ErrorCode> CODES =
      Map.of(
          Failure.UNAVAILABLE, ErrorCode.CREDENTIAL_UNAVAILABLE,
          Failure.TIMED_OUT, ErrorCode.CREDENTIAL_TIMED_OUT,
          Failure.DENIED, ErrorCode.CREDENTIAL_DENIED,
          Failure.NOT_FOUND, ErrorCode.CREDENTIAL_NOT_FOUND,
          Failure.AMBIGUOUS, ErrorCode.CREDENTIAL_AMBIGUOUS,
          Failure.THROTTLED, ErrorCode.CREDENTIAL_THROTTLED,
          Failure.MISCONFIGURED, ErrorCode.CREDENTIAL_MISCONFIGURED);

  @Test
  @Rule("ECM-7")
  void failures_areAClosedSet() {
    assertThat(Failure.values()).containsExactlyInAnyOrderElementsOf(CODES.keySet());
  }

  @ParameterizedTest
  @CsvSource({
    "UNAVAILABLE, true",
    "TIMED_OUT, true",
    "DENIED, false",
    "NOT_FOUND, false",
    "AMBIGUOUS, false",
    "THROTTLED, true",
    "MISCONFIGURED, false"
  })
  @Rule("ECM-7")
  void failure_hasItsCode_saysWhetherAgainCanHelp_andHasOneTextForThePersonAndOneForTheLog(
      Failure failure, boolean retryable) {
    ProviderException thrown =
        ProviderException.withoutEffect(failure, "the store is shut", "HTTP 503 at /v1", null);
    assertThat(thrown.code()).isEqualTo(CODES.get(failure));
    assertThat(thrown.code().retryable()).isEqualTo(retryable);
    assertThat(failure.retryable()).isEqualTo(retryable);
    assertThat(thrown).hasMessage("the store is shut");
    assertThat(thrown.logText()).isEqualTo("HTTP 503 at /v1");
  }

  /** Else a store, or whoever stands before it, could write lines of its own into a host's log. */
  @Test
  @Rule("ECM-7")
  void textForTheLog_isOneLine() {
    ProviderException thrown =
        ProviderException.effectUnknown(
            Failure.UNAVAILABLE, "no answer", "HTTP 502\r\n<html>\tx\u0085y\u2028z\u0000", null);
    assertThat(thrown.logText()).isEqualTo("HTTP 502 <html> x y z ");
  }
}
