package io.postern.core.credential;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNoException;

import ch.qos.logback.classic.Level;
import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.Awaiting;
import io.postern.core.Logged;
import io.postern.credential.CredentialLimits;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import io.postern.testing.SettableClock;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One call of a plug-in, whatever the plug-in does. */
@Timeout(60)
class HeldCallsTest {
  private final SettableClock clock = SettableClock.at("2026-11-22T09:00:00Z");
  private final ClassLoader loader = new URLClassLoader(new URL[0]);
  private final CountDownLatch never = new CountDownLatch(1);
  private final Semaphore hanging = new Semaphore(0);
  private final HeldCalls calls = calls(Duration.ofMillis(300));

  private HeldCalls calls(Duration limit) {
    return new HeldCalls(
        "site", loader, CredentialLimits.standard().perCall(limit).atOnce(2), clock);
  }

  @AfterEach
  void letGo() {
    never.countDown();
    calls.close();
  }

  private String hang(Instant deadline) {
    hanging.release();
    try {
      never.await();
      return "late";
    } catch (InterruptedException e) {
      return "interrupted";
    }
  }

  private String hangDeaf() {
    hanging.release();
    boolean open = false;
    while (!open) {
      try {
        never.await();
        open = true;
      } catch (InterruptedException e) {
        // Deaf.
      }
    }
    return "late";
  }

  private static PosternException refused(ErrorCode code, Runnable call) {
    CompletableFuture<PosternException> seen = new CompletableFuture<>();
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(call::run)
        .satisfies(seen::complete)
        .satisfies(e -> assertThat(e.code()).isEqualTo(code));
    return seen.join();
  }

  @Test
  @Rule("ECM-6")
  void call_runsOnANamedDaemonThreadWithThePlugInsLoaderAndADeadline() {
    HeldCalls patient = calls(Duration.ofSeconds(20));
    Instant deadline =
        patient.call(
            "find",
            until -> {
              Thread thread = Thread.currentThread();
              assertThat(thread.getName()).startsWith("postern-credential-site-");
              assertThat(thread.isDaemon()).isTrue();
              assertThat(thread.getContextClassLoader()).isSameAs(loader);
              return until;
            },
            late -> {});
    assertThat(deadline).isEqualTo(clock.instant().plusSeconds(20));
    patient.close();
  }

  @Test
  @Rule("ECM-6")
  void call_thatHangs_timesOutWithUnknownEffectIsInterruptedAndItsAnswerIsTakenCareOf()
      throws Exception {
    CompletableFuture<String> late = new CompletableFuture<>();
    HeldCall<String> held = calls.start("resolve", this::hang, late::complete);
    hanging.acquire();
    PosternException refused = refused(ErrorCode.CREDENTIAL_TIMED_OUT, held::await);
    assertThat(((ProviderException) refused).isWithoutEffect()).isFalse();
    assertThat(late.get(30, TimeUnit.SECONDS)).isEqualTo("interrupted");
  }

  @Test
  @Rule("ECM-6")
  void call_whenAllThreadsHang_isRefusedAtOnceWithoutEffect() throws Exception {
    for (int i = 0; i < 2; i++) {
      HeldCall<String> held = calls.start("find", deadline -> hangDeaf(), late -> {});
      hanging.acquire();
      refused(ErrorCode.CREDENTIAL_TIMED_OUT, held::await);
    }
    PosternException refused =
        refused(
            ErrorCode.CREDENTIAL_THROTTLED,
            () -> calls.call("find", deadline -> "never begun", late -> {}));
    assertThat(((ProviderException) refused).isWithoutEffect()).isTrue();
  }

  @Test
  void call_ofAnInterruptedWaiter_isNotWaitedForAndTheInterruptStays() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    HeldCall<String> held = calls.start("find", this::hang, late -> {}, over::countDown);
    Thread.currentThread().interrupt();
    refused(ErrorCode.CREDENTIAL_TIMED_OUT, held::await);
    assertThat(Thread.interrupted()).isTrue();
    over.await();
    // Whether it had begun or not, its place is free again.
    for (int i = 0; i < 2; i++) {
      refused(ErrorCode.CREDENTIAL_TIMED_OUT, () -> calls.call("find", this::hang, late -> {}));
    }
  }

  private static ProviderException denied() {
    return ProviderException.withoutEffect(
        Failure.DENIED, "the store refuses; ask its owner", "HTTP 403 at /v1/kv/orders", null);
  }

  @Test
  @Rule("ECM-7")
  void call_thatFails_hasItsTextForTheLogInTheLogOnce_andNoneInTheTextForPeople() {
    try (Logged logged = Logged.by(HeldCall.class, Level.DEBUG)) {
      HeldCalls patient = calls(Duration.ofSeconds(20));
      PosternException refused =
          refused(
              ErrorCode.CREDENTIAL_DENIED,
              () ->
                  patient.call(
                      "resolve",
                      deadline -> {
                        throw denied();
                      },
                      late -> {}));
      patient.close();
      assertThat(refused).hasMessage("the store refuses; ask its owner");
      assertThat(logged.lines("HTTP 403 at /v1/kv/orders"))
          .singleElement()
          .asString()
          .startsWith("DEBUG ")
          .contains("manager=site", "call=resolve", "failure=DENIED");
    }
  }

  /** Who waited was told of the time limit only: what the store said stands nowhere else. */
  @Test
  @Rule({"ECM-6", "ECM-7"})
  void call_thatFailsWhenNobodyWaitsAnyMore_hasItsTextForTheLogInTheLog() throws Exception {
    try (Logged logged = Logged.by(HeldCall.class, Level.DEBUG)) {
      HeldCall<String> held =
          calls.start(
              "resolve",
              deadline -> {
                hang(deadline);
                throw denied();
              },
              late -> {});
      hanging.acquire();
      refused(ErrorCode.CREDENTIAL_TIMED_OUT, held::await);
      Awaiting.until("it is logged", () -> !logged.lines("late failure").isEmpty());
      assertThat(logged.lines("HTTP 403 at /v1/kv/orders")).hasSize(1);
    }
  }

  /** Only what a plug-in meant for the log goes there: other words may be a request's. */
  @Test
  @Rule("ECM-7")
  void call_thatThrowsAnythingElse_leavesNoneOfItsWordsInTheLog() {
    try (Logged logged = Logged.by(HeldCall.class, Level.DEBUG)) {
      HeldCalls patient = calls(Duration.ofSeconds(20));
      refused(
          ErrorCode.PLUGIN_FAILED,
          () ->
              patient.call(
                  "resolve",
                  deadline -> {
                    throw new IllegalStateException("token=canary-4711");
                  },
                  late -> {}));
      patient.close();
      assertThat(logged.lines("canary-4711")).isEmpty();
    }
  }

  @Test
  @Rule("ECM-8")
  void await_getsTheAnswerOnlyAfterWhoIsToldFirst() throws Exception {
    HeldCalls patient = calls(Duration.ofSeconds(20));
    CountDownLatch waits = new CountDownLatch(1);
    AtomicBoolean told = new AtomicBoolean();
    HeldCall<String> held =
        patient.startBeside(
            "health",
            deadline -> {
              Awaiting.until("somebody waits", () -> waits.getCount() == 0);
              return "up";
            });
    CompletableFuture<Boolean> toldBefore = new CompletableFuture<>();
    Thread waiter =
        new Thread(
            () -> {
              waits.countDown();
              held.await();
              toldBefore.complete(told.get());
            });
    held.whenDone(
        (answer, fault) -> {
          // Time enough for who would get it too early.
          assertThatNoException().isThrownBy(() -> waiter.join(100));
          told.set(true);
        });
    waiter.start();
    assertThat(toldBefore.get(30, TimeUnit.SECONDS)).isTrue();
    patient.close();
  }

  @Test
  void calls_oneAfterTheOther_neverMeetTheBound() {
    HeldCalls one =
        new HeldCalls(
            "site",
            loader,
            CredentialLimits.standard().perCall(Duration.ofSeconds(20)).atOnce(1),
            clock);
    for (int i = 0; i < 2_000; i++) {
      one.call("find", deadline -> "", late -> {});
    }
    one.close();
  }

  @Test
  void call_afterClosing_isClosed() {
    calls.close();
    refused(ErrorCode.CLOSED, () -> calls.call("find", deadline -> "", late -> {}));
  }
}
