package io.postern.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.testing.PooledSource;
import io.postern.testing.SettableClock;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** What a store in PostgreSQL promises beyond what every store does. */
@Timeout(120)
class PostgresStoreTest {
  private static final SettableClock CLOCK = SettableClock.at("2026-11-22T09:00:00Z");
  private static PostgresServer server;

  @BeforeAll
  static void start() {
    server = PostgresServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static PGSimpleDataSource source() {
    return server.source(server.createEmptyDatabase());
  }

  private static List<String> names(Database database) {
    return database.read(tx -> tx.list(DatabaseContract.NAMES, row -> row.text("name")));
  }

  private static int add(Tx tx, String id) {
    return tx.run(DatabaseContract.ADD, id, id);
  }

  @Test
  void open_onTwoNodesAtOnceInAnEmptyDatabase_succeedsOnBoth() throws Exception {
    PGSimpleDataSource source = source();
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      Callable<Database> opening = () -> PostgresStore.open(source, CLOCK, false);
      List<Future<Database>> nodes = threads.invokeAll(List.of(opening, opening, opening));
      nodes.get(0).get().change(tx -> add(tx, "a"));
      assertThat(names(nodes.get(1).get())).containsExactly("a");
      nodes.get(2).get();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void open_withDurabilityOff_isRefusedUnlessAllowed() {
    try (PostgresServer unsafe = PostgresServer.start("off")) {
      assertThatExceptionOfType(PosternException.class)
          .isThrownBy(() -> PostgresStore.open(unsafe.source("postgres"), CLOCK, false))
          .withMessageContaining("fsync, full_page_writes, synchronous_commit")
          .withMessageContaining("PosternBuilder.allowUnsafeDatabase()")
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNSAFE));
      try (Database database = PostgresStore.open(unsafe.source("postgres"), CLOCK, true)) {
        assertThat(database.<Integer>change(tx -> add(tx, "a"))).isEqualTo(1);
      }
    }
  }

  @Test
  void open_onAnotherProduct_saysWhatIsNeeded(@TempDir Path directory) {
    org.sqlite.SQLiteDataSource other = new org.sqlite.SQLiteDataSource();
    other.setUrl("jdbc:sqlite:" + directory.resolve("x.db"));
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(() -> PostgresStore.open(other, CLOCK, false))
        .withMessageContaining("SQLite")
        .withMessageContaining("PostgreSQL 13")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SETTINGS_INVALID));
  }

  @Test
  void open_whereNobodyListens_isUnavailable() {
    PGSimpleDataSource nowhere = new PGSimpleDataSource();
    nowhere.setServerNames(new String[] {"localhost"});
    nowhere.setPortNumbers(new int[] {1});
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(() -> PostgresStore.open(nowhere, CLOCK, false))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
  }

  @Test
  void connections_goBackAsTheyCame() throws Exception {
    for (boolean autoCommit : new boolean[] {true, false}) {
      PooledSource pool = new PooledSource(source(), 1);
      try (Connection connection = pool.getConnection()) {
        connection.setAutoCommit(autoCommit);
      }
      Database database = PostgresStore.open(pool, CLOCK, false);
      database.change(tx -> add(tx, "a"));
      database.changeAtOnce(tx -> add(tx, "b"));
      assertThat(names(database)).hasSize(2);
      assertThatThrownBy(() -> database.change(tx -> add(tx, "a")));
      assertThatThrownBy(() -> database.changeAtOnce(tx -> add(tx, "a")));
      for (Connection connection : pool.idle()) {
        assertThat(connection.getAutoCommit()).isEqualTo(autoCommit);
        assertThat(connection.isReadOnly()).isFalse();
        assertThat(connection.getTransactionIsolation())
            .isEqualTo(Connection.TRANSACTION_READ_COMMITTED);
      }
      pool.close();
    }
  }

  @Test
  void readAtOnce_withTwoStatements_refusesTheSecond_whichWouldSeeAnotherState() {
    Database database = PostgresStore.open(source(), CLOCK, false);
    assertThatThrownBy(
            () ->
                database.readAtOnce(
                    tx -> {
                      tx.list(DatabaseContract.NAMES, row -> 1);
                      return tx.list(DatabaseContract.NAMES, row -> 1);
                    }))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void change_withAForeignDefaultIsolation_runsAtReadCommitted() {
    PGSimpleDataSource source = source();
    source.setOptions("-c default_transaction_isolation=serializable");
    Database database = PostgresStore.open(source, CLOCK, false);
    assertThat(
            database.<String>change(
                tx ->
                    tx.first(
                            "select current_setting('transaction_isolation') as i",
                            row -> row.text("i"))
                        .orElseThrow()))
        .isEqualTo("read committed");
  }

  @Test
  void change_inADeadlock_isTriedAgainAndDropsTheActionsOfTheFirstTry() throws Exception {
    Database database = PostgresStore.open(source(), CLOCK, false);
    database.change(tx -> add(tx, "a") + add(tx, "b"));
    CountDownLatch both = new CountDownLatch(2);
    AtomicInteger tries = new AtomicInteger();
    AtomicInteger actions = new AtomicInteger();
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Integer>> all =
          List.of("a", "b").stream()
              .map(
                  first ->
                      threads.submit(
                          () ->
                              database.<Integer>change(
                                  tx -> {
                                    tries.incrementAndGet();
                                    tx.afterCommit(actions::incrementAndGet);
                                    touch(tx, first);
                                    both.countDown();
                                    DatabaseContract.await(both);
                                    return touch(tx, first.equals("a") ? "b" : "a");
                                  })))
              .toList();
      for (Future<Integer> one : all) {
        assertThat(one.get(30, TimeUnit.SECONDS)).isEqualTo(1);
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(tries).hasValueGreaterThan(2);
    assertThat(actions).hasValue(2);
  }

  private static int touch(Tx tx, String id) {
    return tx.run("update jump_group set name = name || 'x' where id = ?", id);
  }

  @Test
  void change_thatSwallowsAConstraint_failsInsteadOfCommittingNothing() {
    Database database = PostgresStore.open(source(), CLOCK, false);
    database.change(tx -> add(tx, "a"));
    assertThatExceptionOfType(ConstraintException.class)
        .isThrownBy(
            () ->
                database.change(
                    tx -> {
                      add(tx, "b");
                      try {
                        return add(tx, "a");
                      } catch (ConstraintException e) {
                        return 0;
                      }
                    }))
        .satisfies(e -> assertThat(e.constraint()).isEqualTo("jump_group_pkey"));
    assertThat(names(database)).containsExactly("a");
  }

  @Test
  void exclusion_ofOverlappingReservations_isNamed() {
    Database database = PostgresStore.open(source(), CLOCK, false);
    assertThatExceptionOfType(ConstraintException.class)
        .isThrownBy(
            () ->
                database.change(
                    tx -> {
                      tx.run("alter table reservation drop constraint reservation_session_fkey");
                      tx.run("insert into reservation values ('s1', 'i', 0, 10, 20)");
                      tx.run("insert into reservation values ('s2', 'i', 0, 20, 30)");
                      return tx.run("insert into reservation values ('s3', 'i', 0, 19, 21)");
                    }))
        .satisfies(e -> assertThat(e.constraint()).isEqualTo("reservation_no_overlap"));
  }

  @Test
  void connection_lostInsideAChange_isUnavailableAndNothingWasChanged() {
    PooledSource pool = new PooledSource(source(), 2);
    Database database = PostgresStore.open(pool, CLOCK, false);
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(
            () ->
                database.change(
                    tx -> {
                      add(tx, "a");
                      tx.first(
                          "select 1 as x from (select pg_terminate_backend(pg_backend_pid())) as t",
                          row -> 1);
                      return 0;
                    }))
        .withMessageContaining("nothing was changed")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
    assertThat(names(database)).isEmpty();
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(
            () ->
                database.changeAtOnce(
                    tx ->
                        tx.first(
                            "select 1 as x from (select pg_terminate_backend(pg_backend_pid())) as t",
                            row -> 1)))
        .withMessageContaining("may or may not")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNCERTAIN));
    database.change(tx -> add(tx, "b"));
    assertThat(names(database)).containsExactly("b");
  }

  @Test
  void server_stoppedAndStartedAgain_isUnavailableThenWorksAgain(@TempDir Path directory)
      throws Exception {
    Path data = directory.resolve("data");
    EmbeddedPostgres first = own(data, 0);
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"localhost"});
    source.setPortNumbers(new int[] {first.getPort()});
    source.setUser("postgres");
    PooledSource pool = new PooledSource(source, 4);
    Database database = PostgresStore.open(pool, CLOCK, false);
    database.change(tx -> add(tx, "before"));
    long postmaster = Long.parseLong(Files.readAllLines(data.resolve("postmaster.pid")).get(0));
    // SIGQUIT is the immediate stop: what is not in its log is lost.
    new ProcessBuilder("kill", "-QUIT", Long.toString(postmaster)).start().waitFor();
    ProcessHandle.of(postmaster).ifPresent(process -> process.onExit().join());
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(() -> database.change(tx -> add(tx, "between")))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
    // Lets go of its lock on the directory; the server itself is gone.
    first.close();
    try (EmbeddedPostgres second = own(data, first.getPort())) {
      database.change(tx -> add(tx, "later"));
      assertThat(names(database)).containsExactly("before", "later");
      assertThat(second.getPort()).isEqualTo(first.getPort());
    }
    pool.close();
  }

  private static EmbeddedPostgres own(Path data, int port) throws Exception {
    EmbeddedPostgres.Builder builder =
        PostgresServer.builder()
            .setDataDirectory(data)
            .setCleanDataDirectory(false)
            .setServerConfig("fsync", "on")
            .setServerConfig("full_page_writes", "on")
            .setServerConfig("synchronous_commit", "on");
    return (port == 0 ? builder : builder.setPort(port)).start();
  }
}
