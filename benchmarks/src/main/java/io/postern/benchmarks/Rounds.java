package io.postern.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** Contenders that take turns, each round in another order, and the table of their medians. */
final class Rounds {
  /** Something that is measured once in each round. */
  interface Contender {
    Sample measure() throws Exception;
  }

  /** One contender with what it did so far. */
  private record Seat(String name, Contender contender, List<Sample> samples) {}

  private final List<Seat> seats = new ArrayList<>();

  Rounds with(String name, Contender contender) {
    seats.add(new Seat(name, contender, new ArrayList<>()));
    return this;
  }

  Rounds run(int rounds) throws Exception {
    List<Seat> order = new ArrayList<>(seats);
    for (int round = 0; round < rounds; round++) {
      for (Seat seat : order) {
        Sample sample = seat.contender().measure();
        seat.samples().add(sample);
        System.err.printf("  round %d %-28s %8.0f/s%n", round + 1, seat.name(), sample.perSecond());
      }
      order.add(order.remove(0));
    }
    return this;
  }

  /** Forgets what was measured, such as to warm up. */
  Rounds forget() {
    seats.forEach(seat -> seat.samples().clear());
    return this;
  }

  /** Prints medians, and beside each the ratio of the first contender to it. */
  void print(String title) {
    System.out.printf("%n%s%n", title);
    System.out.println(
        "| | a second | p50 ms | p99 ms | our CPU us | server CPU us | ours : this, a second"
            + " | p99 | server CPU |");
    System.out.println("|---|---|---|---|---|---|---|---|---|");
    List<Sample> ours = seats.get(0).samples();
    for (Seat seat : seats) {
      List<Sample> all = seat.samples();
      boolean peer = seat != seats.get(0);
      System.out.printf(
          "| %s | %.0f | %.2f | %.2f | %s | %s | %s | %s | %s |%n",
          seat.name(),
          Sample.median(all, Sample::perSecond),
          Sample.median(all, each -> each.percentile(50)),
          Sample.median(all, each -> each.percentile(99)),
          shown(Sample.median(all, Sample::ourCpuMicros)),
          shown(Sample.median(all, Sample::serverCpuMicros)),
          peer ? Sample.ratio(ours, all, Sample::perSecond) : "",
          peer ? Sample.ratio(ours, all, each -> each.percentile(99)) : "",
          peer && !Double.isNaN(all.get(0).serverCpuMicros())
              ? Sample.ratio(ours, all, Sample::serverCpuMicros)
              : "");
    }
  }

  private static String shown(double value) {
    return Double.isNaN(value) ? "-" : "%.0f".formatted(value);
  }
}
