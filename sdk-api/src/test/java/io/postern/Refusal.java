package io.postern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Catches what is refused, which must have a code. */
public final class Refusal {
  private Refusal() {}

  /** The refusal, which must have this code. */
  public static PosternException of(ErrorCode code, ThrowingCallable act) {
    PosternException refusal = catchThrowableOfType(PosternException.class, act);
    assertThat(refusal).as("a refusal with " + code).isNotNull();
    assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(code);
    return refusal;
  }
}
