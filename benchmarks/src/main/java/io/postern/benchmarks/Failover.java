package io.postern.benchmarks;

import io.postern.core.credential.FailoverCalls;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How long it takes from a member's loss to the first good answer, beside a call without a loss and
 * beside the bare call. Each measures single calls, in turns.
 */
final class Failover {
  /** Microseconds of one call each, of one round. */
  private record Times(double[] lost, double[] routed, double[] bare) {}

  private final int rounds;
  private final int losses;

  Failover(Options options) {
    this.rounds = options.number("rounds", 7);
    this.losses = options.number("losses", 300);
  }

  void run() throws Exception {
    measure();
    List<Times> all = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      all.add(measure());
    }
    System.out.println("| a call | p50 us | p99 us | times the bare call, p50 [lowest, highest] |");
    System.out.println("|---|---|---|---|");
    print("in which the first of three members is lost", all, Times::lost);
    print("through the core", all, Times::routed);
    print("bare", all, Times::bare);
  }

  private Times measure() throws Exception {
    Times times = new Times(new double[losses], new double[losses], new double[losses]);
    try (ServerSocket second = FailoverCalls.node();
        ServerSocket third = FailoverCalls.node()) {
      for (int i = 0; i < losses; i++) {
        ServerSocket first = FailoverCalls.node();
        int port = second.getLocalPort();
        try (FailoverCalls calls =
            new FailoverCalls(first.getLocalPort(), port, third.getLocalPort())) {
          calls.call();
          calls.call();
          times.routed()[i] = micros(calls::call);
          times.bare()[i] = micros(() -> FailoverCalls.ask(port));
          first.close();
          times.lost()[i] = micros(calls::call);
        }
      }
    }
    return times;
  }

  private static double micros(Runnable call) {
    long begun = System.nanoTime();
    call.run();
    return (System.nanoTime() - begun) / 1_000.0;
  }

  private static void print(String what, List<Times> all, ToTimes times) {
    ToDoubleFunction<Times> ratio =
        round -> percentile(times.of(round), 50) / percentile(round.bare(), 50);
    double[] ratios = all.stream().mapToDouble(ratio).sorted().toArray();
    System.out.printf(
        "| %s | %.0f | %.0f | %.2f [%.2f, %.2f] |%n",
        what,
        median(all, round -> percentile(times.of(round), 50)),
        median(all, round -> percentile(times.of(round), 99)),
        ratios[ratios.length / 2],
        ratios[0],
        ratios[ratios.length - 1]);
  }

  private interface ToTimes {
    double[] of(Times round);
  }

  private static double median(List<Times> all, ToDoubleFunction<Times> figure) {
    double[] sorted = all.stream().mapToDouble(figure).sorted().toArray();
    return sorted[sorted.length / 2];
  }

  private static double percentile(double[] values, int percent) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
  }
}
