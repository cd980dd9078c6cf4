package io.postern.benchmarks;

import io.postern.Postern;
import io.postern.core.PosternBuilder;
import io.postern.jump.JumpItemId;
import io.postern.spi.Settings;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A store with leases that fell due while nobody ran, half of them with a rotation, and a manager
 * that takes its time: how long the backlog takes, and how the API answers meanwhile (goal G10).
 */
final class OverdueLeases {
  /** As the leases of this item were lent, so that their rotations are not refused. */
  private static final String ENDPOINT =
      "{\"name\":\"1\",\"method\":\"ssh\",\"host\":\"127.0.0.1\",\"port\":\"22\","
          + "\"group\":\"servers\",\"tag\":\"\",\"attributes\":{}}";

  private final Options options;
  private final int leases;
  private final Duration perCall;

  OverdueLeases(Options options) {
    this.options = options;
    this.leases = options.number("leases", 10_000);
    this.perCall = Duration.ofMillis(options.number("call-millis", 20));
  }

  void run() throws Exception {
    Path directory = options.directory();
    Site site = new Site();
    PosternBuilder builder = builder(site, directory);
    site.begin(builder);
    String url = "jdbc:sqlite:" + directory.resolve("postern.db");
    try (Connection connection = DriverManager.getConnection(url)) {
      Site.copyItems(connection, 1_000);
      owe(connection);
    }
    long begin = System.nanoTime();
    try (Postern postern = builder(site, directory).build();
        Connection look = DriverManager.getConnection(url)) {
      double startMillis = (System.nanoTime() - begin) / 1e6;
      AtomicBoolean done = new AtomicBoolean();
      ExecutorService people = Executors.newFixedThreadPool(2);
      Starts starts = new Starts(postern, 1_000);
      Callable<?> candidates =
          () -> postern.as(Site.MAYA).credentials().candidates(JumpItemId.of("1"), "");
      Future<long[]> starting = people.submit(() -> repeat(starts, done));
      Future<long[]> looking = people.submit(() -> repeat(candidates, done));
      while (left(look) > 0) {
        LockSupport.parkNanos(250_000_000L);
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      done.set(true);
      System.out.printf(
          "%noverdue-leases: %d leases, half with a rotation, a manager of %d ms%n",
          leases, perCall.toMillis());
      System.out.printf("build() ms | %.0f%n", startMillis);
      System.out.printf("all settled after s | %.1f%n", seconds);
      print("sessions().start", starting.get());
      print("credentials().candidates", looking.get());
      people.shutdownNow();
    }
  }

  private PosternBuilder builder(Site site, Path directory) {
    return PosternBuilder.create()
        .people(site)
        .dataFolder(directory)
        .connector("ssh")
        .credentialManager("slow", new SlowVault(perCall), Settings.none());
  }

  private void owe(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (PreparedStatement insert =
        connection.prepareStatement(
            "insert into lease (id, session, holder, item, endpoint, manager, credential, username,"
                + " exclusive, purpose, state, rotate_after, reference, renewable, attempts,"
                + " silences, last_failure, created_at, due_at, late, version) values (?, 'gone',"
                + " 'maya', '1', ?, 'slow', ?, 'app', 0, 'SESSION', 'RETURNING', ?, '', 0, 0, 0, '',"
                + " 0, ?, 0, 1)")) {
      for (int i = 0; i < leases; i++) {
        insert.setString(1, "%026d".formatted(i));
        insert.setString(2, ENDPOINT);
        insert.setString(3, "app-" + i);
        insert.setInt(4, i % 2);
        insert.setLong(5, i);
        insert.addBatch();
      }
      insert.executeBatch();
    }
    connection.commit();
  }

  private static int left(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("select count(*) from lease where state = 'RETURNING'")) {
      rows.next();
      return rows.getInt(1);
    }
  }

  private static long[] repeat(Callable<?> one, AtomicBoolean done) throws Exception {
    List<Long> micros = new ArrayList<>();
    while (!done.get()) {
      long begin = System.nanoTime();
      one.call();
      micros.add((System.nanoTime() - begin) / 1000);
    }
    return micros.stream().mapToLong(Long::longValue).toArray();
  }

  private static void print(String what, long[] micros) {
    Arrays.sort(micros);
    System.out.printf(
        "%s ms | p50 %.1f | p99 %.1f | worst %.1f | calls %d%n",
        what,
        micros[micros.length / 2] / 1e3,
        micros[micros.length * 99 / 100] / 1e3,
        micros[micros.length - 1] / 1e3,
        micros.length);
  }
}
