package io.postern.proofs.kill;

import static org.assertj.core.api.Assertions.assertThat;

import io.postern.Postern;
import io.postern.audit.AuditCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills processes with SIGKILL in the middle of their work, on one store that outlives them all.
 * Whatever a call had acknowledged must be there; what was under way must be put in order within
 * the limit.
 *
 * <p>{@code -Dpostern.kills} says how often, {@code -Dpostern.seed} repeats a run's choices (not
 * its timing).
 */
abstract class KillContract {
  private static final int KILLS = Integer.getInteger("postern.kills", 50);

  /** What was measured. */
  final List<Long> settledAfter = Collections.synchronizedList(new ArrayList<>());

  int steps;
  private long auditEntries;

  abstract Stand stand(Path directory) throws IOException;

  /** Within which everything must be in order. */
  abstract Duration limit();

  abstract void killAll(Stand stand, int kills, Random random) throws Exception;

  @Test
  void killedProcesses_loseNothingAcknowledged_andLeaveNothingOwed(@TempDir Path directory)
      throws Exception {
    long seed = Long.getLong("postern.seed", 0);
    seed = seed == 0 ? System.nanoTime() : seed;
    System.out.printf("%s: postern.seed=%d%n", getClass().getSimpleName(), seed);
    long began = System.nanoTime();
    Stand stand = stand(directory);
    Files.createDirectories(stand.ledger());
    try (Postern postern = stand.open()) {
      Stand.furnish(postern);
    }

    killAll(stand, KILLS, new Random(seed));

    try (Postern postern = stand.open();
        Tables tables = Tables.of(stand)) {
      Aftermath aftermath = new Aftermath(stand, tables, postern);
      audit(postern);
      int toldAgain = requireAllTold(stand.events());
      assertThat(LedgerStore.out(stand.ledger())).as("what is still out").isEmpty();
      assertThat(aftermath.interrupted())
          .as("sessions that a kill interrupted: the kills must hit something")
          .isGreaterThan(KILLS / 2);
      Collections.sort(settledAfter);
      System.out.printf(
          "%s: %d kills, %d steps acknowledged, 0 lost; %d sessions, %d interrupted; %d recordings"
              + " sealed and intact; %d audit entries, chain intact, each told, %d again; all"
              + " settled after %.1f s"
              + " (median), %.1f s (longest); %d s%n",
          getClass().getSimpleName(),
          KILLS,
          steps,
          aftermath.endedSessions(),
          aftermath.interrupted(),
          aftermath.recordings(),
          auditEntries,
          toldAgain,
          settledAfter.get(settledAfter.size() / 2) / 1e9,
          settledAfter.get(settledAfter.size() - 1) / 1e9,
          TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began));
    }
  }

  /** Nothing that was acknowledged may be missing; lies must be noticed. */
  final void requireAcknowledged(Round round, Postern postern, Tables tables) {
    assertThat(round.said()).as("round %s", round.number()).noneMatch(s -> s.startsWith("failed"));
    Acknowledged known = new Acknowledged(postern, tables);
    assertThat(known.lost(round.said())).as("lost in round %s", round.number()).isEmpty();
    // In some rounds, for it is the reading that takes the time.
    boolean lying = round.number() % 10 == 0;
    List<String> lies = !lying ? List.of() : round.said().stream().map(KillContract::lie).toList();
    assertThat(known.lost(lies)).as("lies that are noticed").hasSameSizeAs(lies);
    steps += round.said().size();
  }

  /** Something like it that never happened. */
  private static String lie(String step) {
    String[] words = step.split(" ");
    boolean textual = step.startsWith("ran ") || step.startsWith("shown ");
    return textual || step.startsWith("extended ")
        ? words[0] + " " + words[1] + " " + words[2] + "0"
        : words[0] + " " + words[1] + "0" + (words.length > 2 ? " " + words[2] + "0" : "");
  }

  /** Whether a round is put in order; fails once it should have been. */
  final boolean isSettled(Round round, long since, Aftermath aftermath) throws IOException {
    boolean settled = inOrder(round, since, aftermath);
    if (settled) {
      settledAfter.add(System.nanoTime() - since);
    }
    return settled;
  }

  private boolean inOrder(Round round, long since, Aftermath aftermath) throws IOException {
    List<String> left = aftermath.unsettled(round);
    long after = System.nanoTime() - since;
    if (left.isEmpty()) {
      return true;
    }
    assertThat(after)
        .as("round %s is not in order after %s s: %s", round.number(), after / 1e9, left)
        .isLessThan(limit().toNanos());
    return false;
  }

  final void finish(Round round, Postern postern, Aftermath aftermath) throws IOException {
    assertThat(aftermath.faults(round)).as("round %s", round.number()).isEmpty();
    assertThat(aftermath.unsealed(round)).as("round %s", round.number()).isEmpty();
    aftermath.end(round);
    // What is checked in may have to wait for a sweep.
    long since = System.nanoTime();
    while (!inOrder(round, since, aftermath)) {
      rest();
    }
    assertThat(aftermath.faults(round).stream().filter(fault -> !fault.startsWith("ends")))
        .as("round %s after its end", round.number())
        .isEmpty();
    if (round.number() % 5 == 0) {
      // A break stays where it is, so that the check at the end finds it too.
      audit(postern);
    }
  }

  private void audit(Postern postern) {
    AuditCheck check = postern.as("adam").audit().verify();
    assertThat(check.intact()).as(check.finding()).isTrue();
    assertThat(check.entries()).as("entries are never fewer").isGreaterThanOrEqualTo(auditEntries);
    auditEntries = check.entries();
  }

  /** Every event came, whoever died while it was told; says how many came more than once. */
  private int requireAllTold(EventLedger events) throws IOException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
    // The last one that was killed may have had the claim.
    while (events.positions().stream().max(Long::compare).orElse(0L) < auditEntries) {
      assertThat(System.nanoTime()).as("all events are told in time").isLessThan(end);
      rest();
    }
    List<Long> told = events.positions();
    List<Long> once = told.stream().distinct().sorted().toList();
    assertThat(once).isEqualTo(LongStream.rangeClosed(1, once.size()).boxed().toList());
    return told.size() - once.size();
  }

  static void rest() {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
  }
}
