package io.postern.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * One round of one contender.
 *
 * @param perSecond how many were done in a second
 * @param micros how long each took, sorted
 * @param ourCpuMicros CPU time of this JVM for each, or NaN
 * @param serverCpuMicros CPU time of the database server for each, or NaN
 */
record Sample(double perSecond, long[] micros, double ourCpuMicros, double serverCpuMicros) {
  static Sample of(
      double seconds, List<long[]> micros, double ourCpuSeconds, double serverCpuSeconds) {
    long[] all = micros.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    return new Sample(
        all.length / seconds,
        all,
        ourCpuSeconds * 1e6 / all.length,
        serverCpuSeconds * 1e6 / all.length);
  }

  double percentile(int percent) {
    return micros.length == 0
        ? Double.NaN
        : micros[Math.min(micros.length - 1, micros.length * percent / 100)] / 1000.0;
  }

  static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    sorted.sort(Comparator.naturalOrder());
    int size = sorted.size();
    return size % 2 == 1
        ? sorted.get(size / 2)
        : (sorted.get(size / 2 - 1) + sorted.get(size / 2)) / 2;
  }

  static double median(List<Sample> samples, ToDoubleFunction<Sample> value) {
    return median(samples.stream().map(value::applyAsDouble).toList());
  }

  /** The median, lowest and highest of what each round gives beside the peer of the same round. */
  static String ratio(List<Sample> ours, List<Sample> peers, ToDoubleFunction<Sample> value) {
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < ours.size(); i++) {
      ratios.add(value.applyAsDouble(ours.get(i)) / value.applyAsDouble(peers.get(i)));
    }
    return "%.2f (%.2f-%.2f)"
        .formatted(
            median(ratios),
            ratios.stream().min(Comparator.naturalOrder()).orElseThrow(),
            ratios.stream().max(Comparator.naturalOrder()).orElseThrow());
  }
}
