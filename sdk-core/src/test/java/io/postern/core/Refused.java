package io.postern.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.postern.ErrorCode;
import io.postern.PosternException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Says no to acts that ought to be refused, by their code. */
public final class Refused {
  private Refused() {}

  /** The refusal, which must have this code. */
  public static PosternException with(ErrorCode code, ThrowingCallable act) {
    PosternException refusal = catchThrowableOfType(PosternException.class, act);
    assertThat(refusal).as("a refusal with " + code).isNotNull();
    assertThat(refusal.code()).as(refusal.getMessage()).isEqualTo(code);
    return refusal;
  }
}
