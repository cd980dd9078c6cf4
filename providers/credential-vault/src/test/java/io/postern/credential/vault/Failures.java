package io.postern.credential.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Asks for the reason of a refusal, not only for a refusal. */
final class Failures {
  private Failures() {}

  static ProviderException assertFails(ThrowingCallable call, Failure failure, String... texts) {
    ProviderException thrown = catchThrowableOfType(ProviderException.class, call);
    assertThat(thrown).as("a failure of the closed set").isNotNull();
    assertThat(thrown.failure()).as(thrown.getMessage()).isEqualTo(failure);
    assertThat(thrown.code()).isEqualTo(failure.code());
    assertThat(List.of(texts)).allSatisfy(text -> assertThat(thrown).hasMessageContaining(text));
    assertThat(thrown.logText()).isNotBlank();
    return thrown;
  }

  static ProviderException assertNothingDone(
      ThrowingCallable call, Failure failure, String... texts) {
    ProviderException thrown = assertFails(call, failure, texts);
    assertThat(thrown.isWithoutEffect()).as("known to have done nothing").isTrue();
    return thrown;
  }

  static ProviderException assertPerhapsDone(
      ThrowingCallable call, Failure failure, String... texts) {
    ProviderException thrown = assertFails(call, failure, texts);
    assertThat(thrown.isWithoutEffect()).as("perhaps done").isFalse();
    return thrown;
  }
}
