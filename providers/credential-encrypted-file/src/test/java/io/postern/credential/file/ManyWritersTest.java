package io.postern.credential.file;

import static io.postern.credential.file.Failures.assertNothingDone;
import static io.postern.credential.file.Store.MAYA;
import static io.postern.credential.file.Store.ORDERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.spi.Settings;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.testing.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManyWritersTest {
  @TempDir Path directory;
  private Store store;

  @BeforeEach
  void fill() {
    store = new Store(directory);
    store.withOne("db", "x");
  }

  private int entries() {
    try (EncryptedCredentialFile file = store.open()) {
      return file.list().size();
    }
  }

  @Test
  void processes_writingAtOnce_loseNothing() throws Exception {
    List<Child> children = new ArrayList<>();
    for (String name : List.of("a", "b", "c")) {
      children.add(Child.of(Child.Writer.class, name, store.path, store.keyPath, 40));
    }
    for (Child child : children) {
      assertThat(child.endsWell()).isTrue();
      child.close();
    }

    assertThat(entries()).isEqualTo(1 + 3 * 40);
    try (EncryptedFileProvider provider = store.provider()) {
      for (String name : List.of("a-0", "b-17", "c-39")) {
        assertThat(store.password(provider, name)).isEqualTo("secret of " + name);
      }
    }
  }

  @Test
  void instancesAndThreadsOfOneProcess_writingAtOnce_loseNothing() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(6);
    try (EncryptedCredentialFile first = store.open();
        EncryptedCredentialFile second = store.open()) {
      List<Callable<Void>> writers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        EncryptedCredentialFile file = i % 2 == 0 ? first : second;
        String name = "t" + i;
        writers.add(
            () -> {
              for (int n = 0; n < 15; n++) {
                Store.put(file, CredentialEntry.password(name + "-" + n, "user"), "secret");
              }
              return null;
            });
      }
      for (Future<Void> done : threads.invokeAll(writers)) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(entries()).isEqualTo(1 + 6 * 15);
  }

  @Rule("OUT-3")
  @Test
  void checkOuts_ofOneAccountAtOnce_haveOneHolder() throws Exception {
    try (EncryptedCredentialFile file = store.open()) {
      Store.put(file, CredentialEntry.password("root", "root").exclusive(), "toor");
    }
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try (EncryptedFileProvider first = store.provider();
        EncryptedFileProvider second = store.provider()) {
      CountDownLatch together = new CountDownLatch(1);
      List<Future<Boolean>> results = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        EncryptedFileProvider provider = i % 2 == 0 ? first : second;
        String call = "call-" + i;
        results.add(
            threads.submit(
                () -> {
                  together.await();
                  try {
                    provider
                        .checkOut(store.checkOut(MAYA, "root", call, Duration.ofHours(1)))
                        .credential()
                        .close();
                    return true;
                  } catch (ProviderException e) {
                    assertThat(e.failure()).isEqualTo(Failure.DENIED);
                    assertThat(e).hasMessageContaining("checked out by Maya (maya)");
                    return false;
                  }
                }));
      }
      together.countDown();
      int holders = 0;
      for (Future<Boolean> result : results) {
        holders += result.get(30, TimeUnit.SECONDS) ? 1 : 0;
      }
      assertThat(holders).isOne();
    } finally {
      threads.shutdownNow();
    }
  }

  @Rule("ECM-6")
  @Test
  void lockHeldByAnotherProcess_endsTheWaitInTimeAndNamesTheFile() throws Exception {
    try (Child child = Child.of(Child.Holder.class, store.path, store.keyPath)) {
      assertThat(child.line()).isEqualTo("inside");
      var request = store.release(MAYA, "db", "", "call");
      Settings settings = Settings.with("file", store.path).and("key-file", store.keyPath);

      try (EncryptedFileProvider patient = store.provider(settings.and("lock-timeout", "PT0.05S"));
          EncryptedFileProvider hurried = store.provider(settings)) {
        assertNothingDone(
            () -> patient.checkIn(request),
            Failure.UNAVAILABLE,
            "is being changed by another process",
            store.path + ".lock");
        store.clock.advance(Duration.ofMillis(29_950));
        assertNothingDone(
            () -> hurried.checkIn(request),
            Failure.TIMED_OUT,
            "is being changed by another process",
            store.path + ".lock");
        store.clock.advance(Duration.ofMillis(-29_950));
        assertThat(store.password(hurried, "db")).as("reading needs no lock").isEqualTo("x");

        child.process().getOutputStream().close();
        assertThat(child.line()).isEqualTo("outside");
        patient.checkIn(request);
      }
    }
  }

  /**
   * On Linux, closing any descriptor of a file takes away all locks that the process has on it. An
   * instance that is closed must not do that to another.
   */
  @Test
  void instanceThatIsClosed_leavesTheLockOfAnotherInThisProcess() throws Exception {
    StoreFile holding = new StoreFile(store.path, store.key(), new Disk() {});
    TimeLimit limit = TimeLimit.forLocks(Duration.ofSeconds(10));
    EncryptedFileProvider other = store.provider();
    other.checkIn(store.release(MAYA, "db", "", "call")); // Has its channel open now.
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?>[] closing = new Future<?>[1];
      holding.change(
          limit,
          now -> {
            closing[0] = thread.submit(other::close);
            try (Child probe = Child.of(Child.LockProbe.class, store.path + ".lock")) {
              assertThat(probe.line()).isEqualTo("held");
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
            return now.without("db");
          });
      closing[0].get(30, TimeUnit.SECONDS);
      assertThat(entries()).isZero();
    } finally {
      thread.shutdownNow();
      holding.close(limit);
    }
  }

  @Test
  void lockFileThatWasRemoved_isMadeAnew() throws Exception {
    Path lock = Path.of(store.path + ".lock");
    try (EncryptedCredentialFile file = store.open()) {
      Store.put(file, CredentialEntry.password("a", "user"), "secret");
      Files.delete(lock);
      Store.put(file, CredentialEntry.password("b", "user"), "secret");
    }
    assertThat(lock).exists();
    assertThat(entries()).isEqualTo(3);
  }

  @Test
  void thread_thatIsInterrupted_isToldSoAndTheFileStays() throws Exception {
    byte[] before = Files.readAllBytes(store.path);
    try (EncryptedFileProvider provider = store.provider()) {
      Thread.currentThread().interrupt();
      assertNothingDone(
          () -> provider.rotate(store.rotate("db", "call", change -> {})),
          Failure.TIMED_OUT,
          "called off");
      assertThat(Thread.interrupted()).as("stays interrupted").isTrue();
      assertThat(Files.readAllBytes(store.path)).isEqualTo(before);
      assertThat(store.password(provider, "db")).isEqualTo("x");
      assertThat(provider.find(store.find(MAYA, ORDERS, ""))).hasSize(1);
    }
  }

  @Test
  void writer_killedAtAnyMoment_leavesAFileThatOpensWithAllThatWasAcknowledged() throws Exception {
    Random random = new Random(20261122);
    int acknowledged = 0;
    for (int round = 0; round < 20; round++) {
      String last = "";
      try (Child child = Child.of(Child.Writer.class, "round" + round, store.path, store.keyPath)) {
        for (int lines = random.nextInt(12) + 1; lines > 0; lines--) {
          last = child.line();
          acknowledged++;
        }
        long until = System.nanoTime() + random.nextInt(8_000_000);
        while (System.nanoTime() < until) {
          Thread.onSpinWait(); // Anywhere within the next write, not only right after one.
        }
        child.kill();
        for (String line = child.line(); line != null; line = child.line()) {
          last = line;
          acknowledged++;
        }
      }
      assertThat(entries()).isGreaterThanOrEqualTo(1 + acknowledged);
      try (EncryptedFileProvider provider = store.provider()) {
        assertThat(store.password(provider, last)).isEqualTo("secret of " + last);
      }
    }
  }
}
