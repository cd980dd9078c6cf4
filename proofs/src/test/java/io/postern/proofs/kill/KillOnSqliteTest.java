package io.postern.proofs.kill;

import io.postern.Postern;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;

/** The embedded store serves one process: each kill is followed by a restart. */
class KillOnSqliteTest extends KillContract {
  @Override
  Stand stand(Path directory) {
    return new Stand(directory, 0);
  }

  /** From the restart on. */
  @Override
  Duration limit() {
    return Duration.ofSeconds(10);
  }

  @Override
  void killAll(Stand stand, int kills, Random random) throws Exception {
    Round next = Round.prepare(stand, 0, random);
    try {
      for (int number = 1; number <= kills; number++) {
        try (Round round = next) {
          round.run();
          next = Round.prepare(stand, number, random);
          restart(stand, round);
        }
      }
    } finally {
      next.close();
    }
  }

  private void restart(Stand stand, Round round) throws Exception {
    long began = System.nanoTime();
    try (Postern postern = stand.open();
        Tables tables = Tables.of(stand)) {
      requireAcknowledged(round, postern, tables);
      Aftermath aftermath = new Aftermath(stand, tables, postern);
      while (!isSettled(round, began, aftermath)) {
        rest();
      }
      finish(round, postern, aftermath);
    }
  }
}
