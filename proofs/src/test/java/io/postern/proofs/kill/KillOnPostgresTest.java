package io.postern.proofs.kill;

import io.postern.Postern;
import io.postern.testing.FreePort;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;

/**
 * Many processes on one server: while one is killed after the other, another one lives on and puts
 * in order what they left.
 */
class KillOnPostgresTest extends KillContract {
  private static EmbeddedPostgres server;

  private final Set<Round> dead = ConcurrentHashMap.newKeySet();
  private final Map<String, Round> byProcess = new ConcurrentHashMap<>();
  private final AtomicInteger passedOn = new AtomicInteger();
  private final BlockingQueue<Round> settled = new LinkedBlockingQueue<>();
  private volatile boolean watching = true;
  private volatile Throwable failure;

  @Override
  Stand stand(Path directory) throws IOException {
    // The library turns durability off, which would prove nothing.
    server =
        EmbeddedPostgres.builder()
            .setPort(FreePort.find())
            .setPGStartupWait(Duration.ofMinutes(2))
            .setServerConfig("fsync", "on")
            .setServerConfig("full_page_writes", "on")
            .setServerConfig("synchronous_commit", "on")
            .start();
    return new Stand(directory, server.getPort());
  }

  /**
   * From the kill on, of which the others need six seconds to know that the process is dead; how
   * long it took is printed. Processes that will be killed help to put things in order, too: what
   * one of them was at when it died counts from that death.
   */
  @Override
  Duration limit() {
    return Duration.ofSeconds(10);
  }

  @AfterAll
  static void stop() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  @Override
  void killAll(Stand stand, int kills, Random random) throws Exception {
    Round next = Round.prepare(stand, 0, random);
    Thread watcher = new Thread();
    try (Postern postern = stand.open();
        Tables tables = Tables.of(stand)) {
      Aftermath aftermath = new Aftermath(stand, tables, postern);
      watcher = new Thread(() -> watch(stand, postern), "watcher");
      watcher.start();
      for (int number = 1; number <= kills; number++) {
        try (Round round = next) {
          round.run();
          byProcess.put(newestProcess(tables), round);
          dead.add(round);
          next = Round.prepare(stand, number, random);
          requireAcknowledged(round, postern, tables);
        }
        finish(Stand.SETS - 2, postern, aftermath);
      }
      finish(0, postern, aftermath);
      System.out.printf("KillOnPostgresTest: %s passed on by a second death%n", passedOn);
    } finally {
      watching = false;
      watcher.join();
      next.close();
    }
  }

  private static String newestProcess(Tables tables) {
    return tables.list("select id from node order by started_at desc limit 1").get(0);
  }

  /** Notes when each dead process was put in order. */
  private void watch(Stand stand, Postern postern) {
    try (Tables tables = Tables.of(stand)) {
      Aftermath aftermath = new Aftermath(stand, tables, postern);
      while (watching) {
        for (Round round : List.copyOf(dead)) {
          aftermath.holders(round).stream()
              .map(byProcess::get)
              .filter(killed -> killed != null && round.wasPassedOn(killed))
              .forEach(killed -> passedOn.incrementAndGet());
          if (isSettled(round, round.since(), aftermath)) {
            // In this order, lest it be seen in neither.
            settled.add(round);
            dead.remove(round);
          }
        }
        rest();
      }
    } catch (IOException | RuntimeException | AssertionError e) {
      failure = e;
    }
  }

  /** Looks after those that are in order, and waits until no more than {@code most} are not. */
  private void finish(int most, Postern postern, Aftermath aftermath) throws Exception {
    while (!settled.isEmpty() || dead.size() > most) {
      if (failure != null) {
        throw new AssertionError(failure.getMessage(), failure);
      }
      Round next = settled.poll(50, TimeUnit.MILLISECONDS);
      if (next != null) {
        finish(next, postern, aftermath);
      }
    }
  }
}
