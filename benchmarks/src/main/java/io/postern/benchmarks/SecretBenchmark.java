package io.postern.benchmarks;

import io.postern.credential.Secret;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Reading a password of 24 bytes, beside the same buffer without lock and wiping. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SecretBenchmark {
  private final Secret secret = Secret.takeFrom(new byte[24]);
  private final ByteBuffer bare = ByteBuffer.allocateDirect(24);

  @Benchmark
  public int use() {
    return secret.use(SecretBenchmark::sum);
  }

  @Benchmark
  public int bareBuffer() {
    return sum(bare.asReadOnlyBuffer());
  }

  /** A secret's whole life: taken over, read once, wiped. */
  @Benchmark
  public int takeUseClose() {
    try (Secret own = Secret.takeFrom(new byte[24])) {
      return own.use(SecretBenchmark::sum);
    }
  }

  private static int sum(ByteBuffer bytes) {
    int sum = 0;
    while (bytes.hasRemaining()) {
      sum += bytes.get();
    }
    return sum;
  }

  @TearDown
  public void wipe() {
    secret.close();
  }
}
