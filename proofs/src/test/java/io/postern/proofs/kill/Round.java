package io.postern.proofs.kill;

import io.postern.proofs.Child;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One process, from its start to its death, and what it said. */
final class Round implements AutoCloseable {
  private final int number;
  private final Child child;
  private final List<String> said = new CopyOnWriteArrayList<>();
  private final Set<String> connected = ConcurrentHashMap.newKeySet();
  private final CountDownLatch open = new CountDownLatch(1);
  private final CountDownLatch enough = new CountDownLatch(1);
  private final int steps;
  private final int milliseconds;
  private final Thread reader;
  private volatile long killedAt;
  private volatile long since;

  private Round(int number, Child child, Random random) {
    this.number = number;
    this.child = child;
    // Half of them after some steps and in the middle of a session, half after some time: any step
    // must be able to be the last.
    boolean bySteps = number % 2 == 0;
    this.steps = bySteps ? 1 + random.nextInt(50) : Integer.MAX_VALUE;
    this.milliseconds = bySteps ? 0 : random.nextInt(900);
    this.reader = new Thread(this::read, "round-" + number);
  }

  /** Starts the process; it opens the store when it is told to. */
  static Round prepare(Stand stand, int number, Random random) throws IOException {
    Child child =
        Child.of(Victim.class)
            .jvm("-Xmx96m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
            .jvm("-Dorg.sqlite.tmpdir=" + stand.directory())
            .jvm("-Dlogback.configurationFile=child-logback.xml")
            .with(stand.directory(), stand.port(), number, random.nextLong())
            .start();
    Round round = new Round(number, child, random);
    round.reader.start();
    return round;
  }

  private void read() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(child.process().getInputStream(), StandardCharsets.UTF_8))) {
      StringBuilder line = new StringBuilder();
      // A line without its end was not said.
      for (int next = lines.read(); next >= 0; next = lines.read()) {
        if (next == '\n') {
          heard(line.toString());
          line.setLength(0);
        } else {
          line.append((char) next);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void heard(String line) {
    if (line.equals("open")) {
      open.countDown();
    } else {
      said.add(line);
      String[] words = line.split(" ");
      switch (words[0]) {
        case "connected" -> connected.add(words[1]);
        case "ended" -> connected.remove(words[1]);
        default -> {}
      }
      if (said.size() >= steps && !connected.isEmpty()) {
        enough.countDown();
      }
    }
  }

  /** Has it work, and kills it in the middle of that. */
  void run() throws Exception {
    child.say("go\n".getBytes(StandardCharsets.US_ASCII));
    if (!open.await(60, TimeUnit.SECONDS)) {
      throw new AssertionError("round " + number + " does not open the store");
    }
    if (steps == Integer.MAX_VALUE) {
      boolean unused = enough.await(milliseconds, TimeUnit.MILLISECONDS);
    } else {
      awaitSteps();
    }
    child.kill();
    killedAt = System.nanoTime();
    since = killedAt;
    reader.join(60_000);
  }

  /** As long as something is said it goes on, however slow the disk is. */
  private void awaitSteps() throws InterruptedException {
    int heard = -1;
    while (!enough.await(20, TimeUnit.SECONDS)) {
      if (said.size() == heard) {
        throw new AssertionError("round " + number + " stands still after " + said);
      }
      heard = said.size();
    }
  }

  int number() {
    return number;
  }

  int set() {
    return number % Stand.SETS;
  }

  /** The steps that were acknowledged. */
  List<String> said() {
    return said;
  }

  /** Since when it is to be put in order: its death, or that of another that was at it then. */
  long since() {
    return since;
  }

  /**
   * Another process had taken up something of this one's when it was killed; true when it is new.
   */
  boolean wasPassedOn(Round other) {
    boolean later = other != this && other.killedAt > since;
    if (later) {
      since = other.killedAt;
    }
    return later;
  }

  @Override
  public void close() throws InterruptedException {
    child.close();
  }
}
