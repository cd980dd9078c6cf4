package io.postern.core.recording;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One chunk of coloured terminal output to one event, beside Jackson at its fastest. */
// JMH fills the fields.
@NullUnmarked
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class CastEncoderBenchmark {
  private static final String LINES =
      "\u001b[32m-rw-r--r--\u001b[0m 1 maya ops  4711 Nov 22 09:00 \"report of orders.csv\"\r\n"
          + "  select id, name from orders where total > 1000 order by name;\r\n"
          + "gr\u00fc\u00dfe \u2014 \u65e5\u672c\tC:\\temp\\x\r\n";

  @Param({"256", "4096", "32768"})
  private int chunk;

  private final CastEncoder encoder = new CastEncoder();
  private final GrowingBytes out = new GrowingBytes();
  private final ByteArrayOutputStream jacksonOut = new ByteArrayOutputStream(256 * 1024);
  private final JsonFactory jackson = new JsonFactory();
  private byte[] bytes;
  private JsonGenerator generator;

  @Setup
  public void fill() throws IOException {
    byte[] line = LINES.getBytes(StandardCharsets.UTF_8);
    bytes = new byte[chunk];
    for (int i = 0; i < chunk; i++) {
      bytes[i] = line[i % line.length];
    }
    generator = jackson.createGenerator(jacksonOut);
  }

  @Benchmark
  public int encoder() {
    out.clear();
    encoder.output(12_345, bytes, 0, bytes.length, out);
    return out.size();
  }

  /** Takes bytes that are cut inside a character as they are, which is no valid JSON then. */
  @Benchmark
  public int jacksonUtf8() throws IOException {
    jacksonOut.reset();
    generator.writeStartArray();
    generator.writeNumber(12.345);
    generator.writeString("o");
    generator.writeUTF8String(bytes, 0, bytes.length);
    generator.writeEndArray();
    generator.flush();
    return jacksonOut.size();
  }
}
