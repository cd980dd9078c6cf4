package io.postern.benchmarks;

import io.postern.core.BuildPhases;
import io.postern.core.connector.ConnectorConfiguration;
import io.postern.core.credential.ManagerConfiguration;
import io.postern.spi.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a fresh JVM runs for {@link Start}: builds once, starts sessions, says how long each took.
 */
public final class ColdStart {
  private static final int WARM_FROM = 1500;
  private static final int WARM_UNTIL = 2000;

  private ColdStart() {}

  /** Nothing at all, as the limit of every start. */
  public static final class BareJvm {
    private BareJvm() {}

    public static void main(String[] arguments) {
      System.out.println("cpu=" + cpuMillis());
    }
  }

  /**
   * The first argument is the directory with store and credentials, the second {@code build} or
   * {@code sessions}.
   */
  public static void main(String[] arguments) {
    Path directory = Path.of(arguments[0]);
    long begin = System.nanoTime();
    BuildPhases postern = open(directory, false);
    System.out.println("build=" + millis(System.nanoTime() - begin));
    postern.nanos().forEach((phase, took) -> System.out.println(phase + "=" + millis(took)));
    if (arguments[1].equals("sessions")) {
      Starts starts = new Starts(postern.postern(), 1);
      List<Double> took = new ArrayList<>();
      for (int i = 0; i < WARM_UNTIL; i++) {
        long from = System.nanoTime();
        starts.call();
        took.add(millis(System.nanoTime() - from));
      }
      System.out.println("first=" + took.get(0));
      System.out.println("second=" + took.get(1));
      System.out.println("warm=" + Sample.median(took.subList(WARM_FROM, WARM_UNTIL)));
    }
    System.out.println("cpu=" + cpuMillis());
    System.exit(0);
  }

  static BuildPhases open(Path directory, boolean counting) {
    Settings vault =
        Settings.with("file", directory.resolve("credentials.postern"))
            .and("key-file", directory.resolve("credentials.key"));
    return new BuildPhases(
        directory,
        new Site(),
        List.of(new ConnectorConfiguration("ssh", Settings.none(), Optional.empty())),
        List.of(ManagerConfiguration.of("site-vault", "encrypted-file", vault)),
        counting);
  }

  static double millis(long nanos) {
    return nanos / 1e6;
  }

  static double cpuMillis() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(Duration::toMillis)
        .map(Long::doubleValue)
        .orElse(Double.NaN);
  }
}
