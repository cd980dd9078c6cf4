package io.postern.core.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.postern.testing.SettableClock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(30)
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

  private static void eventually(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.sleep(2);
    }
  }

  @Test
  void start_sweepsAgainAndAgainOnOneDaemonThread() throws Exception {
    Set<Thread> threads = new LinkedHashSet<>();
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
    eventually(() -> passes.get() > 5);
    sweeper.close();
    assertThat(threads).hasSize(1);
    Thread thread = threads.iterator().next();
    assertThat(thread.isDaemon()).isTrue();
    assertThat(thread.getName()).isEqualTo("postern-sweeper");
    assertThat(thread.isAlive()).isFalse();
    int ended = passes.get();
    Thread.sleep(30);
    assertThat(passes).hasValue(ended);
  }

  @Test
  void sweep_sayingThatMoreIsDue_isRunAgainAtOnce() throws Exception {
    sweeper(Duration.ofMillis(300), counting(() -> passes.get() < 100)).start();
    eventually(() -> passes.get() >= 100);
    Thread.sleep(50);
    assertThat(passes).hasValue(100);
  }

  @Test
  void wake_beginsAPassAtOnce() throws Exception {
    sweeper(Duration.ofHours(1), counting(() -> false)).start();
    Thread.sleep(30);
    assertThat(passes).hasValue(0);
    sweeper.wake();
    eventually(() -> passes.get() == 1);
    assertThat(sweeper.lastPass()).contains(NOON);
  }

  @Test
  void sweep_thatThrows_stopsNobodyAndWarnsOnce() {
    ch.qos.logback.classic.Logger logger =
        (ch.qos.logback.classic.Logger) LoggerFactory.getLogger(WatchedSweep.class);
    ListAppender<ILoggingEvent> logged = new ListAppender<>();
    logged.start();
    logger.addAppender(logged);
    try {
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
      assertThat(warnings(logged)).isEqualTo(2);
      healthy.set(true);
      sweeper.sweepNow();
      healthy.set(false);
      sweeper.sweepNow();
      assertThat(warnings(logged)).isEqualTo(3);
    } finally {
      logger.detachAppender(logged);
    }
  }

  private static long warnings(ListAppender<ILoggingEvent> logged) {
    return logged.list.stream().filter(event -> event.getLevel() == Level.WARN).count();
  }

  @Test
  void close_duringAPass_waitsForIt() throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    AtomicBoolean ended = new AtomicBoolean();
    sweeper(
            Duration.ofMillis(1),
            sweep(
                "slow",
                () -> {
                  inside.countDown();
                  try {
                    Thread.sleep(100);
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
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
