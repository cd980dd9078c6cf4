package io.postern.core.tool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.tool.Guard.Guarded;
import io.postern.spi.connector.EndpointConnection;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** A guarded connection and all that stands around it. */
final class Rig {
  /** For what must come: long, since it never passes when all is well. */
  static final Duration SOON = Duration.ofSeconds(20);

  final FakeGate gate = new FakeGate();
  final FakeRecorder recorder = new FakeRecorder();
  final FakeJournal journal = new FakeJournal();
  final FakeRecorder.OneSecret redactions = new FakeRecorder.OneSecret();

  Guarded wrap(EndpointConnection bare) {
    return new ToolGuard(recorder, journal).wrap(bare, gate, redactions);
  }

  /** What a call throws, which must have this code. */
  static PosternException refused(ErrorCode code, ThrowingCallable call) {
    PosternException thrown = catchThrowableOfType(PosternException.class, call);
    assertThat(thrown).as("nothing thrown").isNotNull();
    assertThat(thrown.code()).as(thrown.getMessage()).isEqualTo(code);
    return thrown;
  }

  /** The names of threads that tools have running. */
  static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(ToolThread.class::isInstance)
        .map(Thread::getName)
        .toList();
  }
}
