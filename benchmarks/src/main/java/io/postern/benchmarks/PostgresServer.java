package io.postern.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;

/** A PostgreSQL of our own that keeps what it acknowledges. */
final class PostgresServer implements AutoCloseable {
  private static final double TICKS_A_SECOND = 100;

  private final EmbeddedPostgres server;
  private final Path data;

  private PostgresServer(EmbeddedPostgres server, Path data) {
    this.server = server;
    this.data = data;
  }

  static PostgresServer start(Path directory) throws IOException {
    Path data = directory.resolve("postgres");
    return new PostgresServer(
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setServerConfig("fsync", "on")
            .setServerConfig("full_page_writes", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("shared_buffers", "256MB")
            .setServerConfig("max_connections", "200")
            .start(),
        data);
  }

  int port() {
    return server.getPort();
  }

  PGSimpleDataSource source(String database) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"localhost"});
    source.setPortNumbers(new int[] {port()});
    source.setUser("postgres");
    source.setDatabaseName(database);
    return source;
  }

  HikariDataSource pool(String database, int size) {
    HikariDataSource pool = new HikariDataSource();
    pool.setDataSource(source(database));
    pool.setMaximumPoolSize(size);
    return pool;
  }

  void run(String database, String... statements) throws SQLException {
    try (Connection connection = source(database).getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /**
   * CPU time of the server with all its processes, those included that have ended; NaN where there
   * is no {@code /proc}.
   */
  double cpuSeconds() {
    Path proc = Path.of("/proc");
    try (Stream<Path> all = Files.list(proc)) {
      String postmaster = Files.readAllLines(data.resolve("postmaster.pid")).get(0).strip();
      return all.filter(each -> Character.isDigit(each.getFileName().toString().charAt(0)))
              .mapToLong(each -> ticks(each, postmaster))
              .sum()
          / TICKS_A_SECOND;
    } catch (IOException e) {
      return Double.NaN;
    }
  }

  private static long ticks(Path process, String postmaster) {
    try {
      String stat = Files.readString(process.resolve("stat"));
      // The name of the program stands in brackets and may hold anything.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      boolean itself = process.getFileName().toString().equals(postmaster);
      if (!itself && !fields[1].equals(postmaster)) {
        return 0;
      }
      long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
      return itself ? ticks + Long.parseLong(fields[13]) + Long.parseLong(fields[14]) : ticks;
    } catch (IOException e) {
      // It has just ended; the server has its time now.
      return 0;
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
