package io.postern.core.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.postern.core.Awaiting;
import io.postern.core.Logged;
import io.postern.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(90)
class SweeperTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  private final AtomicInteger passes = new AtomicInteger();
  private Sweeper sweeper;

  @AfterEach
  void close() {
    if (sweeper != null) {
      sweeper.close();
    }
  }

  private Sweeper sweeper(Duration interval, Sweep... sweeps) {
    sweeper =
        new Sweeper(
            new LinkedHashSet<>(List.of(sweeps)),
            SettableClock.at(NOON),
            new Sweeper.Interval(interval));
    return sweeper;
  }

  private Sweep counting(BooleanSupplier more) {
    return sweep(
        "counting",
        () -> {
          passes.incrementAndGet();
          return more.getAsBoolean();
        });
  }

  private static Sweep sweep(String name, BooleanSupplier work) {
    return new Sweep() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public boolean sweep() {
        return work.getAsBoolean();
      }
    };
  }

  @Test
  void start_sweepsAgainAndAgainOnOneDaemonThread() {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    sweeper(
            Duration.ofMillis(5),
            sweep(
                "thread",
                () -> {
                  threads.add(Thread.currentThread());
                  return passes.incrementAndGet() < 0;
                }))
        .start();
    sweeper.start();
    Awaiting.until("some passes", () -> passes.get() > 5);
    sweeper.close();
    assertThat(threads).hasSize(1);
    Thread thread = threads.iterator().next();
    assertThat(thread.isDaemon()).isTrue();
    assertThat(thread.getName()).isEqualTo("postern-sweeper");
    assertThat(thread.isAlive()).isFalse();
  }

  @Test
  void sweep_sayingThatMoreIsDue_isRunAgainAtOnce_andThenRests() {
    AtomicReference<Thread> thread = new AtomicReference<>();
    sweeper(
            Duration.ofHours(1),
            counting(
                () -> {
                  thread.set(Thread.currentThread());
                  return passes.get() < 100;
                }))
        .start();
    sweeper.wake();
    Awaiting.until(
        "it rests",
        () -> passes.get() >= 100 && thread.get().getState() == Thread.State.TIMED_WAITING);
    assertThat(passes).hasValue(100);
  }

  @Test
  void wake_beginsAPassAtOnce() {
    sweeper(Duration.ofHours(1), counting(() -> false)).start();
    sweeper.wake();
    Awaiting.until("a pass", () -> sweeper.lastPass().isPresent());
    assertThat(passes).hasValue(1);
    assertThat(sweeper.lastPass()).contains(NOON);
  }

  @Test
  void sweep_thatThrows_stopsNobodyAndWarnsOnce() {
    try (Logged logged = Logged.by(WatchedSweep.class, Level.WARN)) {
      AtomicBoolean healthy = new AtomicBoolean();
      sweeper(
          Duration.ofHours(1),
          sweep(
              "broken",
              () -> {
                if (healthy.get()) {
                  return false;
                }
                throw new IllegalStateException("row " + passes);
              }),
          sweep(
              "error",
              () -> {
                throw new NoClassDefFoundError("gone");
              }),
          counting(() -> false));
      for (int i = 0; i < 3; i++) {
        assertThat(sweeper.sweepNow()).isFalse();
      }
      assertThat(passes).hasValue(3);
      assertThat(sweeper.lastPass()).contains(NOON);
      assertThat(logged.events()).hasSize(2);
      healthy.set(true);
      sweeper.sweepNow();
      healthy.set(false);
      sweeper.sweepNow();
      assertThat(logged.events()).hasSize(3);
    }
  }

  @Test
  void close_duringAPass_waitsForIt() throws Exception {
    Thread closing = Thread.currentThread();
    CountDownLatch inside = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    sweeper(
            Duration.ofMillis(1),
            sweep(
                "slow",
                () -> {
                  inside.countDown();
                  Awaiting.until(
                      "close waits", () -> closing.getState() == Thread.State.TIMED_WAITING);
                  ended.set(true);
                  return true;
                }))
        .start();
    inside.await();
    sweeper.close();
    sweeper.close();
    assertThat(ended).isTrue();
  }
}
