package io.postern.benchmarks;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Threads that do one thing again and again for some seconds. */
final class Load {
  private Load() {}

  /** What happens after the clock stopped and still belongs to the work. */
  interface Rest {
    Rest NONE = () -> {};

    void await() throws Exception;
  }

  /** CPU time that some other process has used, in seconds. */
  interface Meter {
    Meter NONE = () -> Double.NaN;

    double seconds();
  }

  static Sample run(int threads, int seconds, Callable<?> one, Rest rest, Meter server)
      throws Exception {
    double serverBefore = server.seconds();
    double cpuBefore = ourCpuSeconds();
    long begin = System.nanoTime();
    long end = begin + seconds * 1_000_000_000L;
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    List<long[]> micros = new ArrayList<>();
    double took;
    try {
      List<Future<long[]>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(pool.submit(() -> repeat(one, end)));
      }
      for (Future<long[]> each : running) {
        micros.add(each.get());
      }
      took = (System.nanoTime() - begin) / 1e9;
    } finally {
      pool.shutdownNow();
    }
    rest.await();
    return Sample.of(took, micros, ourCpuSeconds() - cpuBefore, server.seconds() - serverBefore);
  }

  private static long[] repeat(Callable<?> one, long end) throws Exception {
    long[] micros = new long[1024];
    int count = 0;
    for (long now = System.nanoTime(); now < end; ) {
      one.call();
      long then = System.nanoTime();
      if (count == micros.length) {
        micros = Arrays.copyOf(micros, count * 2);
      }
      micros[count++] = (then - now) / 1000;
      now = then;
    }
    return Arrays.copyOf(micros, count);
  }

  private static double ourCpuSeconds() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }
}
