package io.postern.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.core.Awaiting;
import io.postern.testing.RequiresProgram;
import io.postern.testing.SettableClock;
import java.io.BufferedReader;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the embedded store promises beyond what every store does. */
@Timeout(120)
class EmbeddedStoreTest {
  private static final SettableClock CLOCK = SettableClock.at("2026-11-22T09:00:00Z");

  @TempDir Path directory;

  private Database open() {
    return EmbeddedStore.open(directory.resolve("store"), CLOCK);
  }

  private static List<String> names(Database database) {
    return database.read(tx -> tx.list(DatabaseContract.NAMES, row -> row.text("name")));
  }

  private static int add(Tx tx, String id) {
    return tx.run(DatabaseContract.ADD, id, id);
  }

  @Test
  void open_inANewDirectory_letsNobodyElseReadIt() throws Exception {
    try (Database database = open()) {
      database.change(tx -> add(tx, "a"));
      Path store = directory.resolve("store");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store)))
          .isEqualTo("rwx------");
      for (String file :
          List.of("postern.db", "postern.db-wal", "postern.db-shm", "postern.lock")) {
        assertThat(
                PosixFilePermissions.toString(Files.getPosixFilePermissions(store.resolve(file))))
            .as(file)
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void open_twiceInOneProcess_saysInUseAndLeavesTheFirstLocked() {
    try (Database first = open()) {
      for (int i = 0; i < 2; i++) {
        assertThatExceptionOfType(PosternException.class)
            .isThrownBy(this::open)
            .withMessageContaining("postern.db")
            .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_IN_USE));
      }
      first.change(tx -> add(tx, "a"));
    }
    try (Database again = open()) {
      assertThat(names(again)).containsExactly("a");
    }
  }

  @Test
  void open_inAnotherProcess_saysInUseAtOnce() throws Exception {
    // First, so that the driver is loaded when the time is taken.
    open().close();
    Process child = child("hold");
    try (BufferedReader lines = child.inputReader()) {
      assertThat(lines.readLine()).isEqualTo("open");
      long begin = System.nanoTime();
      assertThatExceptionOfType(PosternException.class)
          .isThrownBy(this::open)
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_IN_USE));
      assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(8));
    } finally {
      child.destroyForcibly().waitFor();
    }
    open().close();
  }

  @Test
  void open_withoutTheDriver_namesTheDependency() {
    ClassLoader without =
        new ClassLoader(null) {
          @Override
          protected Class<?> findClass(String name) throws ClassNotFoundException {
            throw new ClassNotFoundException(name);
          }
        };
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(() -> EmbeddedStore.open(directory, CLOCK, without))
        .withMessageContaining("org.xerial:sqlite-jdbc")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_DRIVER_MISSING));
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void open_whereAFileIsInTheWay_saysWhatToDo() throws Exception {
    Files.writeString(directory.resolve("store"), "not a directory");
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(this::open)
        .withMessageContaining("the right to write the directory")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
  }

  @Test
  void open_ofADamagedFile_saysDamaged() throws Exception {
    Files.createDirectory(directory.resolve("store"));
    Files.writeString(directory.resolve("store/postern.db"), "no database".repeat(1_000));
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(this::open)
        .withMessageContaining("damaged")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE));
  }

  @Test
  void changeInsideAChange_isRefusedInsteadOfWaitingForever() {
    try (Database database = open()) {
      assertThatThrownBy(() -> database.change(tx -> database.<Integer>change(inner -> 1)))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void group_withWorkThatThrows_keepsTheOthers() throws Exception {
    try (Database database = open()) {
      List<Future<Integer>> answers =
          grouped(
              database,
              tx -> add(tx, "a"),
              tx -> {
                add(tx, "b");
                throw new IllegalStateException("mine");
              },
              tx -> add(tx, "a"),
              tx -> add(tx, "c"));
      assertThat(answers.get(0).get()).isEqualTo(1);
      assertThatThrownBy(() -> answers.get(1).get()).hasRootCauseMessage("mine");
      assertThatThrownBy(() -> answers.get(2).get()).hasCauseInstanceOf(ConstraintException.class);
      assertThat(answers.get(3).get()).isEqualTo(1);
      assertThat(names(database)).containsExactly("a", "c");
    }
  }

  @Test
  void group_whenTheDiskIsFull_failsAsAWholeAndTheNextOneWorks() throws Exception {
    try (Database database = open()) {
      List<Future<Integer>> answers =
          grouped(
              database,
              tx -> add(tx, "a"),
              tx -> {
                tx.first("pragma max_page_count = 10", row -> 1);
                try {
                  for (int i = 0; i < 2_000; i++) {
                    tx.run(DatabaseContract.ADD, "big" + i, "x".repeat(10_000));
                  }
                } catch (PosternException e) {
                  // Makes light of it, and goes on where nothing may be committed any more.
                  assertThatThrownBy(() -> add(tx, "sneaked in")).isSameAs(e);
                }
                return 1;
              },
              tx -> add(tx, "c"));
      for (Future<Integer> answer : answers) {
        assertThatThrownBy(answer::get)
            .isInstanceOf(ExecutionException.class)
            .cause()
            .isInstanceOfSatisfying(
                PosternException.class,
                e -> {
                  assertThat(e.code()).isEqualTo(ErrorCode.STORE_UNAVAILABLE);
                  assertThat(e)
                      .hasMessageContaining("disk is full")
                      .hasMessageContaining("postern.db");
                });
      }
      assertThat(names(database)).isEmpty();
      database.change(tx -> add(tx, "later"));
      assertThat(names(database)).containsExactly("later");
    }
  }

  @Test
  void changes_ofInterruptedThreads_harmNobody() throws Exception {
    try (Database database = open()) {
      ExecutorService threads = Executors.newFixedThreadPool(8);
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        String id = "i" + i;
        all.add(threads.submit(() -> database.<Integer>change(tx -> add(tx, id))));
      }
      // Interrupts the running ones and drops the waiting.
      Awaiting.until("the first is done", () -> all.stream().anyMatch(Future::isDone));
      all.forEach(one -> one.cancel(true));
      threads.shutdown();
      assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
      database.change(tx -> add(tx, "last"));
      assertThat(names(database)).contains("last");
    }
  }

  /** Goal G8 in its short form. */
  @Test
  void kill_atRandomMoments_losesNothingAcknowledged() throws Exception {
    Random random = new Random(8);
    List<String> acknowledged = new ArrayList<>();
    for (int round = 0; round < 20; round++) {
      Process child = child("commit", Integer.toString(round));
      try (BufferedReader lines = child.inputReader()) {
        assertThat(lines.readLine()).isEqualTo("open");
        int before = 1 + random.nextInt(100);
        int read = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          if (++read == before) {
            // Not through the Process, which would close the pipe with what is still in it.
            child.toHandle().destroyForcibly();
          }
          // A line that the kill cut short was not acknowledged.
          if (line.endsWith(".")) {
            acknowledged.add(line);
          }
        }
      }
      child.waitFor();
    }
    assertThat(acknowledged).hasSizeGreaterThan(100);
    try (Database database = open()) {
      assertThat(names(database)).containsAll(acknowledged);
    }
  }

  @Test
  @RequiresProgram(value = "strace", debianPackage = "strace")
  void commit_isFlushedToTheDisk() throws Exception {
    // The first run makes the schema; the second shows what opening and closing cost.
    flushes(0);
    long without = flushes(0);
    assertThat(flushes(50) - without).isGreaterThanOrEqualTo(50);
  }

  /** How often a process flushes that opens the store, commits so often, and closes it. */
  private long flushes(int commits) throws Exception {
    Path trace = directory.resolve("trace");
    List<String> command =
        new ArrayList<>(
            List.of("strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", trace.toString()));
    command.addAll(command("count", Integer.toString(commits)));
    Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(child.waitFor()).as(said).isZero();
    return Files.readString(trace).lines().filter(line -> line.contains("sync(")).count();
  }

  @SafeVarargs
  private static List<Future<Integer>> grouped(
      Database database, java.util.function.Function<Tx, Integer>... works) throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Future<Integer> holder =
        threads.submit(
            () ->
                database.change(
                    tx -> {
                      held.countDown();
                      DatabaseContract.await(goOn);
                      return 0;
                    }));
    held.await();
    List<Future<Integer>> answers = new ArrayList<>();
    for (java.util.function.Function<Tx, Integer> work : works) {
      FutureTask<Integer> answer = new FutureTask<>(() -> database.change(work));
      Thread thread = new Thread(answer, "grouped");
      thread.start();
      answers.add(answer);
      Awaiting.until("it waits behind the others", () -> DatabaseContract.isThrough(thread));
    }
    goOn.countDown();
    holder.get();
    threads.shutdown();
    assertThat(threads.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
    return answers;
  }

  private Process child(String... arguments) throws Exception {
    return new ProcessBuilder(command(arguments))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private List<String> command(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                StoreChild.class.getName(),
                directory.resolve("store") + File.separator));
    command.addAll(List.of(arguments));
    return command;
  }
}
