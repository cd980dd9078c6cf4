package io.postern.proofs.kill;

import io.postern.Postern;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;

/**
 * Many processes on one server: while one is killed after the other, another one lives on and puts
 * in order what they left.
 */
class KillOnPostgresTest extends KillContract {
  private static EmbeddedPostgres server;

  @Override
  Stand stand(Path directory) throws IOException {
    // The library turns durability off, which would prove nothing.
    server =
        EmbeddedPostgres.builder()
            .setServerConfig("fsync", "on")
            .setServerConfig("full_page_writes", "on")
            .setServerConfig("synchronous_commit", "on")
            .start();
    return new Stand(directory, server.getPort());
  }

  @AfterAll
  static void stop() throws IOException {
    if (server != null) {
      server.close();
    }
  }

  @Override
  void killAll(Stand stand, int kills, Random random) throws Exception {
    Deque<Round> dead = new ArrayDeque<>();
    Round next = Round.prepare(stand, 0, random);
    try (Postern postern = stand.open();
        Tables tables = Tables.of(stand)) {
      Aftermath aftermath = new Aftermath(stand, tables, postern);
      for (int number = 1; number <= kills; number++) {
        try (Round round = next) {
          round.run();
          next = Round.prepare(stand, number, random);
          requireAcknowledged(round, postern, tables);
          dead.add(round);
        }
        settle(dead, Stand.SETS - 2, postern, aftermath);
      }
      settle(dead, 0, postern, aftermath);
    } finally {
      next.close();
    }
  }

  /** Looks after every dead process, and waits until no more than {@code most} are left. */
  private void settle(Deque<Round> dead, int most, Postern postern, Aftermath aftermath)
      throws IOException {
    do {
      for (Round round : dead.toArray(Round[]::new)) {
        if (isSettled(round, round.killedAt(), aftermath)) {
          dead.remove(round);
          finish(round, postern, aftermath);
        }
      }
      if (dead.size() > most) {
        rest();
      }
    } while (dead.size() > most);
  }
}
