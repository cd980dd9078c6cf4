package io.postern.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.postern.ErrorCode;
import io.postern.PosternException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(60)
abstract class MigrationsContract {
  @RegisterExtension final StoreUnderTest store;

  MigrationsContract(StoreUnderTest store) {
    this.store = store;
  }

  private static List<Script> scripts(String... more) {
    List<Script> scripts = new ArrayList<>(List.of(Script.named("001-tables.sql")));
    for (String text : more) {
      scripts.add(new Script(scripts.size() + 1, "00" + (scripts.size() + 1) + "-test.sql", text));
    }
    return scripts;
  }

  private void migrate(Database database, List<Script> scripts) {
    new Migrations(database, store.clock(), scripts).run();
  }

  @Test
  void run_withAFurtherScript_appliesItOnce() {
    List<Script> scripts =
        scripts("create table more (a ${identity}); insert into more default values;");
    migrate(store.database(), scripts);
    migrate(store.database(), scripts);
    assertThat(
            store
                .database()
                .<List<Long>>read(tx -> tx.list("select a from more", row -> row.number("a"))))
        .containsExactly(1L);
  }

  @Test
  void run_withABrokenScript_leavesNothingOfIt() {
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(
            () ->
                migrate(
                    store.database(), scripts("create table half (a bigint); create nonsense;")));
    migrate(store.database(), scripts("create table half (a bigint);"));
  }

  @Test
  void run_onTwoNodesAtOnce_succeedsOnBoth() throws Exception {
    Database one = store.database();
    Database other = store.anotherNode();
    List<Script> scripts =
        scripts("create table more (a bigint);", "create table most (a bigint);");
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Database node = i % 2 == 0 ? one : other;
        all.add(threads.submit(() -> migrate(node, scripts)));
      }
      for (Future<?> each : all) {
        each.get(30, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void run_onANewerSchema_saysToRunTheNewerVersion() {
    migrate(store.database(), scripts("create table more (a bigint);"));
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(() -> migrate(store.database(), scripts()))
        .withMessageContaining("version 2")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_SCHEMA));
  }

  @Test
  void run_withAChangedScript_isRefused() {
    migrate(store.database(), scripts("create table more (a bigint);"));
    assertThatExceptionOfType(PosternException.class)
        .isThrownBy(() -> migrate(store.database(), scripts("create table more (b bigint);")))
        .withMessageContaining("002-test.sql")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_SCHEMA));
  }
}
