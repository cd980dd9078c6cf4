package io.postern.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.ErrorCode;
import io.postern.PosternException;
import io.postern.approval.DecisionToken;
import io.postern.core.Awaiting;
import io.postern.jump.JumpItemId;
import io.postern.person.Person;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What both engines promise. */
@Timeout(60)
abstract class DatabaseContract {
  static final String ADD = "insert into jump_group (id, name) values (?, ?)";
  static final String NAMES = "select name from jump_group order by id";

  @RegisterExtension final StoreUnderTest store;

  DatabaseContract(StoreUnderTest store) {
    this.store = store;
  }

  List<String> names() {
    return store.database().read(tx -> tx.list(NAMES, row -> row.text("name")));
  }

  int add(String id) {
    return store.database().change(tx -> tx.run(ADD, id, id));
  }

  @Nested
  class Change {
    @Test
    void change_whenWorkReturns_isThereAfterReopening() {
      assertThat(add("a")).isEqualTo(1);
      store.reopen();
      assertThat(names()).containsExactly("a");
    }

    @Test
    void change_whenWorkThrows_isRolledBackAndThrowsTheSame() {
      RuntimeException mine = new IllegalStateException("mine");
      assertThatThrownBy(
              () ->
                  store
                      .database()
                      .change(
                          tx -> {
                            tx.run(ADD, "a", "a");
                            throw mine;
                          }))
          .isSameAs(mine);
      assertThat(names()).isEmpty();
    }

    @Test
    void change_whenWorkThrowsAnError_throwsTheSame() {
      Error mine = new AssertionError("mine");
      assertThatThrownBy(
              () ->
                  store
                      .database()
                      .change(
                          tx -> {
                            throw mine;
                          }))
          .isSameAs(mine);
    }

    @Test
    void change_answeringNull_answersNull() {
      assertThat(store.database().<String>change(tx -> null)).isNull();
    }

    @Test
    void change_afterWorkEnded_cannotBeUsedAnyMore() {
      Tx[] kept = new Tx[1];
      store.database().change(tx -> kept[0] = tx);
      assertThatThrownBy(() -> kept[0].run(ADD, "a", "a"))
          .isInstanceOf(IllegalStateException.class);
      assertThat(names()).isEmpty();
    }

    @Test
    void change_fromAnInterruptedThread_isDoneAndLeavesItInterrupted() {
      Thread.currentThread().interrupt();
      int rows = add("a");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(rows).isEqualTo(1);
      assertThat(names()).containsExactly("a");
    }

    @Test
    void changeAtOnce_withOneStatement_commits() {
      assertThat(store.database().<Integer>changeAtOnce(tx -> tx.run(ADD, "a", "a"))).isEqualTo(1);
      assertThat(names()).containsExactly("a");
    }

    @Test
    void readAtOnce_withOneStatement_seesWhatWasCommitted() {
      store.database().change(tx -> tx.run(ADD, "a", "a"));
      List<String> seen =
          store.database().readAtOnce(tx -> tx.list(NAMES, row -> row.text("name")));
      assertThat(seen).containsExactly("a");
    }

    @Test
    void changeAtOnce_withTwoStatements_refusesTheSecond() {
      assertThatThrownBy(
              () ->
                  store
                      .database()
                      .changeAtOnce(
                          tx -> {
                            tx.run(NAMES.replace("select", "select"));
                            return tx.run(ADD, "b", "b");
                          }))
          .isInstanceOf(RuntimeException.class);
      assertThat(names()).isEmpty();
    }

    @Test
    void change_withBrokenSql_isInternalAndHidesTheArguments() {
      assertThatExceptionOfType(PosternException.class)
          .isThrownBy(
              () ->
                  store.database().change(tx -> tx.run("insert into nothing values (?)", "hidden")))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.INTERNAL))
          .withMessageContaining("insert into nothing")
          .withMessageNotContaining("hidden");
    }

    @Test
    void change_returningRows_givesTheFirst() {
      Optional<String> id =
          store
              .database()
              .change(tx -> tx.first(ADD + " returning id", row -> row.text("id"), "a", "b"));
      assertThat(id).contains("a");
      assertThat(names()).containsExactly("b");
    }

    @Test
    void run_onARowWithTriggers_countsThatRowAlone() {
      add("g");
      int rows =
          store
              .database()
              .change(
                  tx -> {
                    Catalog.item(tx, "i", "g");
                    return tx.run(
                        "update jump_item set search_text = 'other', version = 2 where id = ?",
                        "i");
                  });
      assertThat(rows).isEqualTo(1);
    }
  }

  @Nested
  class AfterTheCommit {
    @Test
    void afterCommit_whenCommitted_runsOnTheCallersThread() {
      List<Thread> ran = new ArrayList<>();
      store
          .database()
          .change(
              tx -> {
                tx.afterCommit(() -> ran.add(Thread.currentThread()));
                return 0;
              });
      assertThat(ran).containsExactly(Thread.currentThread());
    }

    @Test
    void afterCommit_whenTheActionThrows_theCommitStands() {
      store
          .database()
          .change(
              tx -> {
                tx.afterCommit(
                    () -> {
                      throw new IllegalStateException("no matter");
                    });
                return tx.run(ADD, "a", "a");
              });
      assertThat(names()).containsExactly("a");
    }

    @Test
    void afterCommit_whenRolledBack_doesNotRun() {
      AtomicBoolean ran = new AtomicBoolean();
      assertThatThrownBy(
          () ->
              store
                  .database()
                  .change(
                      tx -> {
                        tx.afterCommit(() -> ran.set(true));
                        throw new IllegalStateException();
                      }));
      assertThat(ran).isFalse();
    }
  }

  @Nested
  class Constraints {
    @Test
    void uniqueConstraint_refusing_isNamed() {
      add("a");
      assertThatExceptionOfType(ConstraintException.class)
          .isThrownBy(() -> add("a"))
          .satisfies(
              e -> assertThat(e.constraint()).containsAnyOf("jump_group_pkey", "jump_group.id"));
      assertThat(names()).containsExactly("a");
    }

    @Test
    void checkConstraint_refusing_isNamedAlikeByBoth() {
      assertThatExceptionOfType(ConstraintException.class)
          .isThrownBy(
              () ->
                  store
                      .database()
                      .change(
                          tx ->
                              tx.run(
                                  "insert into decision values"
                                      + " ('r', 'maya', 'maya', 0, '', 1, '', 0)")))
          .satisfies(e -> assertThat(e.constraint()).isEqualTo("decision_not_by_requester"));
    }

    @Test
    void foreignKey_toNothing_isRefused() {
      assertThatExceptionOfType(ConstraintException.class)
          .isThrownBy(
              () ->
                  store
                      .database()
                      .change(
                          tx ->
                              tx.run(
                                  "insert into session_policy_assignment values"
                                      + " ('SITE', '', 'nothing')")));
    }

    @Test
    void constraint_inAutocommit_isRefusedAndTheStoreWorksOn() {
      add("a");
      assertThatExceptionOfType(ConstraintException.class)
          .isThrownBy(() -> store.database().changeAtOnce(tx -> tx.run(ADD, "a", "b")));
      add("b");
      assertThat(names()).containsExactly("a", "b");
    }
  }

  @Nested
  class Arguments {
    enum Colour {
      RED
    }

    record Hidden(String value) {}

    record Two(String one, String other) {}

    @Test
    void arguments_ofAllKinds_areBoundAsDescribed() {
      Instant at = Instant.parse("2026-11-22T09:00:00.123Z");
      store
          .database()
          .change(
              tx ->
                  tx.run(
                      "insert into node (id, started_at, alive_until) values (?, ?, ?)",
                      JumpItemId.of("i"),
                      at,
                      Duration.ofSeconds(3)));
      String found =
          store
              .database()
              .read(
                  tx ->
                      tx.first(
                              "select * from node where id = ? and started_at = ? and alive_until = ?",
                              row ->
                                  row.text("id")
                                      + row.instant("started_at")
                                      + row.duration("alive_until")
                                      + row.flag("alive_until"),
                              new Hidden("i"),
                              at.toEpochMilli(),
                              Optional.of(3000))
                          .orElseThrow());
      assertThat(found).isEqualTo("i" + at + "PT3S" + "true");
    }

    @Test
    void arguments_enumAndFlagAndText_areTextAndNumber() {
      store.database().change(tx -> tx.run(ADD, Colour.RED, "x"));
      assertThat(names()).containsExactly("x");
      store
          .database()
          .change(tx -> tx.run("insert into person_use values ('p', 'i', ?, ?)", true, false));
      long sum =
          store
              .database()
              .read(
                  tx ->
                      tx.first(
                              "select uses + last_used_at as s from person_use",
                              row -> row.number("s"))
                          .orElseThrow());
      assertThat(sum).isEqualTo(1);
    }

    @Test
    void arguments_emptyAndNull_areNull() {
      store
          .database()
          .change(
              tx -> {
                add(tx, Optional.empty());
                return tx.run("update audit set hash = ?, link = ?", null, Optional.empty());
              });
      String read =
          store
              .database()
              .read(
                  tx ->
                      tx.first(
                              "select link, hash from audit",
                              row ->
                                  row.optionalInstant("link")
                                      + " "
                                      + row.optionalDuration("link")
                                      + row.optionalText("hash"))
                          .orElseThrow());
      assertThat(read).isEqualTo("Optional.empty Optional.emptyOptional.empty");
      assertThatThrownBy(
              () ->
                  store
                      .database()
                      .read(tx -> tx.first("select link from audit", row -> row.number("link"))))
          .hasMessageContaining("link is null");
    }

    private void add(Tx tx, Optional<Long> link) {
      tx.run(
          "insert into audit (at, actor, action, subject, from_state, to_state, why, details, link)"
              + " values (1, '', '', '', '', '', '', '', ?)",
          link);
    }

    @Test
    void arguments_ofOtherKinds_areRefused() {
      for (Object wrong :
          List.of(1.5, new Two("a", "b"), Person.named("p", "P").build(), new DecisionToken("t"))) {
        assertThatThrownBy(() -> store.database().change(tx -> tx.run(ADD, wrong, "x")))
            .isInstanceOf(IllegalArgumentException.class);
      }
      assertThat(names()).isEmpty();
    }
  }

  @Nested
  class Read {
    @Test
    void read_whileOthersCommit_seesOneMoment() throws Exception {
      add("a");
      CountDownLatch looked = new CountDownLatch(1);
      CountDownLatch changed = new CountDownLatch(1);
      ExecutorService other = Executors.newSingleThreadExecutor();
      try {
        Future<?> adding =
            other.submit(
                () -> {
                  looked.await();
                  add("b");
                  changed.countDown();
                  return 0;
                });
        List<String> second =
            store
                .database()
                .read(
                    tx -> {
                      tx.list(NAMES, row -> row.text("name"));
                      looked.countDown();
                      await(changed);
                      return tx.list(NAMES, row -> row.text("name"));
                    });
        adding.get(10, TimeUnit.SECONDS);
        assertThat(second).containsExactly("a");
        assertThat(names()).containsExactly("a", "b");
      } finally {
        other.shutdownNow();
      }
    }

    @Test
    void read_tryingToChange_isRefused() {
      assertThatThrownBy(() -> store.database().read(tx -> tx.run(ADD, "a", "a")))
          .isInstanceOf(PosternException.class);
      assertThat(names()).isEmpty();
    }

    @Test
    void read_nestedInAReader_mayRunTheSameStatement() {
      add("a");
      add("b");
      List<Integer> sizes =
          store
              .database()
              .read(
                  tx -> tx.list(NAMES, row -> tx.list(NAMES, inner -> inner.text("name")).size()));
      assertThat(sizes).containsExactly(2, 2);
    }
  }

  @Nested
  class Many {
    @Test
    void changes_ofManyThreads_areAllThere() throws Exception {
      ExecutorService threads = Executors.newFixedThreadPool(16);
      try {
        List<Future<?>> all = new ArrayList<>();
        for (int t = 0; t < 16; t++) {
          int thread = t;
          all.add(
              threads.submit(
                  () -> {
                    for (int i = 0; i < 20; i++) {
                      String id = thread + "-" + i;
                      if (i % 5 == 4) {
                        assertThatThrownBy(
                                () ->
                                    store
                                        .database()
                                        .change(
                                            tx -> {
                                              tx.run(ADD, id, id);
                                              throw new IllegalStateException(id);
                                            }))
                            .hasMessage(id);
                      } else {
                        add(id);
                      }
                    }
                  }));
        }
        for (Future<?> one : all) {
          one.get(50, TimeUnit.SECONDS);
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(names()).hasSize(16 * 16).noneMatch(name -> name.endsWith("-4"));
    }

    @Test
    void changes_thatCountUp_loseNone() throws Exception {
      store.database().change(tx -> tx.run("insert into person_use values ('p', 'i', 0, 0)"));
      ExecutorService threads = Executors.newFixedThreadPool(8);
      try {
        List<Future<?>> all = new ArrayList<>();
        for (int t = 0; t < 8; t++) {
          all.add(
              threads.submit(
                  () -> {
                    for (int i = 0; i < 25; i++) {
                      store
                          .database()
                          .change(tx -> tx.run("update person_use set uses = uses + 1"));
                    }
                  }));
        }
        for (Future<?> one : all) {
          one.get(50, TimeUnit.SECONDS);
        }
      } finally {
        threads.shutdownNow();
      }
      assertThat(
              store
                  .database()
                  .<Long>read(
                      tx ->
                          tx.first("select uses from person_use", row -> row.number("uses"))
                              .orElseThrow()))
          .isEqualTo(200);
    }
  }

  /** Whether a thread can do no more by itself: it waits for somebody, or is over. */
  static boolean isThrough(Thread thread) {
    return thread.getState() != Thread.State.NEW && thread.getState() != Thread.State.RUNNABLE;
  }

  @Nested
  class Closing {
    @Test
    void close_duringWork_letsItFinish() throws Exception {
      Database database = store.database();
      CountDownLatch inside = new CountDownLatch(1);
      CountDownLatch goOn = new CountDownLatch(1);
      ExecutorService other = Executors.newFixedThreadPool(2);
      try {
        Future<Integer> work =
            other.submit(
                () ->
                    database.change(
                        tx -> {
                          inside.countDown();
                          await(goOn);
                          return tx.run(ADD, "a", "a");
                        }));
        inside.await();
        FutureTask<?> closing = new FutureTask<>(database::close, true);
        Thread closer = new Thread(closing, "closer");
        closer.start();
        Awaiting.until("it waits, or has closed without", () -> isThrough(closer));
        goOn.countDown();
        assertThat(work.get(10, TimeUnit.SECONDS)).isEqualTo(1);
        closing.get(10, TimeUnit.SECONDS);
      } finally {
        other.shutdownNow();
      }
      store.reopen();
      assertThat(names()).containsExactly("a");
    }

    @Test
    void everyCall_afterClose_saysClosed() {
      Database database = store.database();
      database.close();
      database.close();
      assertThatExceptionOfType(PosternException.class)
          .isThrownBy(() -> database.change(tx -> 1))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
      assertThatExceptionOfType(PosternException.class)
          .isThrownBy(() -> database.read(tx -> 1))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CLOSED));
    }
  }

  static void await(CountDownLatch latch) {
    try {
      if (!latch.await(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("nobody came");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
