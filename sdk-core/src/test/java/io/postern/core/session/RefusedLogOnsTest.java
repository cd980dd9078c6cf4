package io.postern.core.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.Awaiting;
import io.postern.core.Refused;
import io.postern.core.Threads;
import io.postern.credential.CandidateId;
import io.postern.session.SessionId;
import io.postern.testing.Rule;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who waits for whom with one credential in one session. */
@Timeout(120)
class RefusedLogOnsTest {
  private static final SessionId SESSION = SessionId.of("s1");
  private static final CandidateId CREDENTIAL = new CandidateId("site", "orders");
  private static final Duration LONG = Duration.ofMinutes(1);

  private final RefusedLogOns logOns = new RefusedLogOns();
  private final CountDownLatch through = new CountDownLatch(1);

  /** Has a turn until {@link #through}. */
  private Thread at(String target) {
    CountDownLatch has = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              try (RefusedLogOns.Turn turn = logOns.turn(SESSION, CREDENTIAL, target, LONG)) {
                has.countDown();
                through.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.setDaemon(true);
    thread.start();
    Awaiting.until("it has its turn", () -> has.getCount() == 0);
    return thread;
  }

  @Test
  @Rule("INJ-6")
  void whoWaitsForOneThatHangs_isRefusedInTime_andToldWhatHangs() throws Exception {
    Thread hanging = at("injector 'portal'");
    for (int round = 0; round < 2; round++) {
      assertThat(
              Refused.with(
                  ErrorCode.ENDPOINT_TIMED_OUT,
                  () ->
                      logOns.turn(SESSION, CREDENTIAL, "injector 'other'", Duration.ofMillis(20))))
          .hasMessageContaining("injector 'portal'")
          .hasMessageContaining("site/orders")
          .hasMessageContaining("s1")
          .hasMessageNotContaining("other");
    }
    logOns.turn(SESSION, new CandidateId("site", "else"), "injector 'other'", LONG).close();
    logOns.turn(SessionId.of("s2"), CREDENTIAL, "injector 'other'", LONG).close();
    through.countDown();
    hanging.join();
    logOns.turn(SESSION, CREDENTIAL, "injector 'other'", LONG).close();
  }

  @Test
  void whoIsInterruptedWhileItWaits_isToldSo() throws Exception {
    at("connector 'ssh'");
    AtomicReference<PosternException> refusal = new AtomicReference<>();
    Thread waiting =
        new Thread(
            () ->
                refusal.set(
                    Refused.with(
                        ErrorCode.INTERRUPTED,
                        () -> logOns.turn(SESSION, CREDENTIAL, "injector 'other'", LONG))));
    waiting.start();
    Awaiting.until("it waits", () -> Threads.waitsIn(waiting, RefusedLogOns.class));
    waiting.interrupt();
    waiting.join();
    assertThat(refusal.get()).hasMessageContaining("connector 'ssh'");
    through.countDown();
  }

  @Test
  void whoNeedNotWait_isLetIn_interruptedOrNot() {
    Thread.currentThread().interrupt();
    logOns.turn(SESSION, CREDENTIAL, "injector 'portal'", LONG).close();
    assertThat(Thread.interrupted()).isTrue();
  }
}
