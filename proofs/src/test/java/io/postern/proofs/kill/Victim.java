package io.postern.proofs.kill;

import io.postern.ErrorCode;
import io.postern.Postern;
import io.postern.PosternException;
import io.postern.approval.RequestId;
import io.postern.credential.Candidate;
import io.postern.credential.Lease;
import io.postern.jump.JumpItemId;
import io.postern.proofs.People;
import io.postern.session.Connection;
import io.postern.session.Session;
import io.postern.session.SessionStatus;
import io.postern.session.Shell;
import io.postern.session.ShellOutput;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * The process that is killed: plays sessions in several threads, and says each step as soon as the
 * call that made it has returned. Arguments: directory, port, round, seed.
 */
final class Victim {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Postern postern;
  private final String round;
  private final int set;

  private Victim(Postern postern, int round) {
    this.postern = postern;
    this.round = "round-" + round;
    this.set = round % Stand.SETS;
  }

  public static void main(String[] arguments) throws Exception {
    Stand stand = new Stand(Path.of(arguments[0]), Integer.parseInt(arguments[1]));
    // Started early, so that a JVM's start costs no time between two rounds.
    if (System.in.read() < 0) {
      return;
    }
    Postern postern = stand.open();
    Victim victim = new Victim(postern, Integer.parseInt(arguments[2]));
    say("open");
    Random seeds = new Random(Long.parseLong(arguments[3]));
    for (int worker = 0; worker < People.WORKERS; worker++) {
      int number = worker;
      Random random = new Random(seeds.nextLong());
      new Thread(() -> victim.work(number, random), "worker-" + worker).start();
    }
  }

  /** One write of a whole line, so that lines of threads do not mix. */
  private static synchronized void say(String line) {
    System.out.print(line + "\n");
    System.out.flush();
  }

  private void work(int worker, Random random) {
    try {
      for (int i = 0; true; i++) {
        if (worker % 2 == 0 && random.nextInt(4) == 0) {
          checkOut(worker, random);
        }
        play(worker, random, i);
      }
    } catch (RuntimeException | Error e) {
      say("failed " + Thread.currentThread().getName() + " " + e);
      e.printStackTrace();
    }
  }

  private void checkOut(int worker, Random random) {
    JumpItemId item = Stand.item(set, worker);
    var credentials = postern.as("worker-" + worker).credentials();
    Candidate account = credentials.candidates(item, "").found().get(0);
    Lease lease = patiently(() -> credentials.checkOut(item, account.id(), Duration.ofMinutes(10)));
    say("checked-out " + lease.id());
    if (random.nextInt(3) > 0) {
      credentials.checkIn(lease.id());
      say("checked-in " + lease.id());
    } else {
      play(worker, random, 1000);
      credentials.checkIn(lease.id());
      say("checked-in " + lease.id());
    }
  }

  private void play(int worker, Random random, int number) {
    Session session = ask(worker, number);
    boolean asks = session.status() == SessionStatus.WAITING_FOR_APPROVAL;
    if (asks && !decide(session, worker, random)) {
      return;
    }
    session.awaitAvailable(PATIENCE);
    say("available " + session.id());
    if (random.nextInt(10) == 0) {
      session.release();
      say("released " + session.id());
      return;
    }
    Connection connection = patiently(session::connect);
    say("connected " + session.id());
    use(session, connection, worker, random);
    if (random.nextInt(3) == 0) {
      say("extended " + session.id() + " " + session.extend(Duration.ofMinutes(5)));
    }
    if (random.nextInt(6) == 0) {
      Session administered = postern.as("adam").sessions().find(session.id());
      administered.freeze("wait " + round);
      say("frozen " + session.id());
      administered.unfreeze();
      say("unfrozen " + session.id());
    }
    session.end();
    say("ended " + session.id());
    if (asks && random.nextInt(3) > 0) {
      // So that the next session has to ask again.
      RequestId request = session.detail().request().orElseThrow();
      postern.as("worker-" + worker).approvals().cancel(request, "done");
      say("revoked " + session.id() + " " + request);
    }
  }

  /** Tries again while an exclusive account is still on its way back. */
  private static <T> T patiently(Supplier<T> act) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return act.get();
      } catch (PosternException e) {
        if (e.code() != ErrorCode.CREDENTIAL_CHECKED_OUT || System.nanoTime() > end) {
          throw e;
        }
        LockSupport.parkNanos(50_000_000);
      }
    }
  }

  private Session ask(int worker, int number) {
    while (true) {
      try {
        Session session =
            postern
                .as("worker-" + worker)
                .sessions()
                .start(Stand.item(set, worker), ask -> ask.reason(round));
        say(
            "asked "
                + session.id()
                + session.detail().request().map(request -> " " + request).orElse(""));
        return session;
      } catch (PosternException e) {
        // The place of the session that has just ended is free from its last millisecond on.
        if (e.code() != ErrorCode.RESERVED || number == 0) {
          throw e;
        }
      }
    }
  }

  /** Whether the answer was yes. */
  private boolean decide(Session session, int worker, Random random) {
    RequestId request = session.detail().request().orElseThrow();
    switch (random.nextInt(8)) {
      case 0 -> {
        postern.as("noor").approvals().deny(request, "no " + round);
        say("denied " + session.id() + " " + request);
        return false;
      }
      case 1 -> {
        postern.as("worker-" + worker).approvals().cancel(request, "never mind");
        say("cancelled " + session.id() + " " + request);
        return false;
      }
      default -> {
        postern.as("noor").approvals().approve(request, "go ahead");
        say("approved " + session.id() + " " + request);
        return true;
      }
    }
  }

  private void use(Session session, Connection connection, int worker, Random random) {
    for (int i = random.nextInt(3); i >= 0; i--) {
      String text = "out-" + session.id() + "-" + i;
      connection.run("echo " + text);
      say("ran " + session.id() + " " + text);
    }
    if (random.nextBoolean()) {
      Shell shell = connection.openShell("work-" + worker);
      try (ShellOutput output = shell.output()) {
        for (int i = random.nextInt(4); i >= 0; i--) {
          String text = "typed-" + session.id() + "-" + i + ".";
          shell.type(text + "\n");
          output.awaitText(text, PATIENCE);
          say("shown " + session.id() + " " + text);
        }
      }
      if (random.nextBoolean()) {
        shell.close();
      }
    }
  }
}
