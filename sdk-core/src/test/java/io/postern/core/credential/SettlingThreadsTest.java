package io.postern.core.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.testing.Rule;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class SettlingThreadsTest {
  /** A machine that has no thread left, and then has one. */
  private static Thread starved(Runnable work, AtomicBoolean starving) {
    if (starving.get()) {
      throw new OutOfMemoryError("unable to create native thread");
    }
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    return thread;
  }

  @Test
  @Rule("ECM-11")
  void settling_goesOnWhenThereAreThreadsAgain() throws Exception {
    AtomicBoolean starving = new AtomicBoolean(true);
    try (SettlingThreads threads = new SettlingThreads(work -> starved(work, starving))) {
      assertThatThrownBy(() -> threads.submit(() -> true)).isInstanceOf(OutOfMemoryError.class);
      starving.set(false);
      assertThat(threads.submit(() -> true).orElseThrow().get(30, TimeUnit.SECONDS)).isTrue();
    }
  }
}
