package io.postern.core.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.postern.ErrorCode;
import io.postern.Page;
import io.postern.PageRequest;
import io.postern.PosternException;
import io.postern.audit.AuditCheck;
import io.postern.audit.AuditEntry;
import io.postern.audit.AuditQuery;
import io.postern.audit.AuditTrail;
import io.postern.core.store.Database;
import io.postern.core.store.StoreUnderTest;
import io.postern.person.PersonId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The journal, the sealer and the trail on one engine. */
@Timeout(60)
abstract class AuditContract {
  static final Act START = Act.of("maya", "session.started", "session:1");

  @RegisterExtension final StoreUnderTest store;
  private Database database;
  private Journal journal;
  private AuditSealer sealer;
  private AuditTrail trail;

  AuditContract(StoreUnderTest store) {
    this.store = store;
  }

  @BeforeEach
  void open() {
    database = store.database();
    journal = new JdbcJournal(database, store.clock());
    sealer = new AuditSealer(database);
    trail = trailFor(database, true);
  }

  private AuditTrail trailFor(Database node, boolean may) {
    return new JdbcAuditTrail.Factory(
            node, new JdbcJournal(node, store.clock()), new AuditSealer(node), new Discretion())
        .readBy(PersonId.of("auditor"), privilege -> may);
  }

  private List<Long> links() {
    return database.read(
        tx ->
            tx.list(
                "select link from audit where link is not null order by link",
                row -> row.number("link")));
  }

  private AuditEntry newest() {
    return trail.list(AuditQuery.all(), PageRequest.first().ofSize(1)).rows().get(0);
  }

  @Nested
  class Writing {
    @Test
    void write_inAChange_holdsWhoWhatWhenFromToAndWhy() {
      Act act = START.moving("AVAILABLE", "ACTIVE").because("INC-1").with("item", "orders-db");
      database.change(
          tx -> {
            journal.write(tx, act);
            return 0;
          });
      AuditEntry entry = newest();
      assertThat(entry)
          .isEqualTo(
              new AuditEntry(
                  entry.number(),
                  Instant.parse("2026-11-22T09:00:00Z"),
                  "maya",
                  "session.started",
                  "session:1",
                  "AVAILABLE",
                  "ACTIVE",
                  "INC-1",
                  Map.of("item", "orders-db")));
    }

    @Test
    void write_inAChangeThatFails_leavesNothing() {
      assertThatThrownBy(
          () ->
              database.change(
                  tx -> {
                    journal.write(tx, START);
                    throw new IllegalStateException();
                  }));
      assertThat(trail.list(AuditQuery.all(), PageRequest.first()).rows()).isEmpty();
    }

    @Test
    void write_withControlCharacters_keepsThemAsPlainText() {
      journal.write(
          START
              .because("a\u001b[2J\nb\0\u202e\ud800")
              .with("k\r", "v\u2028 \"quoted\" \\ \ud83d\ude00"));
      AuditEntry entry = newest();
      assertThat(entry.why()).isEqualTo("a\\u001b[2J\\u000ab\\u0000\\u202e\\ud800");
      assertThat(entry.details())
          .containsOnly(Map.entry("k\\u000d", "v\\u2028 \"quoted\" \\ \ud83d\ude00"));
    }

    @Test
    void write_withEndlessText_cutsIt() {
      journal.write(START.because("w".repeat(1_000_000)).with("d", "\ud83d\ude00".repeat(5_000)));
      AuditEntry entry = newest();
      assertThat(entry.why()).hasSize(4_001).endsWith("…");
      assertThat(entry.details().get("d").codePointCount(0, entry.details().get("d").length()))
          .isEqualTo(2_001);
    }
  }

  @Nested
  class Listing {
    @Test
    void list_overPages_givesEachOnceNewestFirst() {
      for (int i = 0; i < 25; i++) {
        journal.write(START.with("i", i));
      }
      List<String> seen = new ArrayList<>();
      PageRequest page = PageRequest.first().ofSize(10);
      while (true) {
        Page<AuditEntry> rows = trail.list(AuditQuery.all().action("session.started"), page);
        rows.forEach(entry -> seen.add(entry.details().get("i")));
        if (rows.next().isEmpty()) {
          break;
        }
        page = page.after(rows.next().get());
      }
      assertThat(seen).hasSize(25).startsWith("24", "23").endsWith("1", "0");
    }

    @Test
    void list_withConditions_matchesAllOfThem() {
      journal.write(START);
      store.clock().advance(Duration.ofMinutes(1));
      journal.write(Act.of("tom", "session.ended", "session:1"));
      journal.write(Act.of("tom", "sessions", "session:2"));
      Instant now = store.clock().instant();
      assertThat(actions(AuditQuery.all().by("tom"))).containsExactly("sessions", "session.ended");
      assertThat(actions(AuditQuery.all().about("session:1").by("tom")))
          .containsExactly("session.ended");
      assertThat(actions(AuditQuery.all().action("session")))
          .containsExactly("session.ended", "session.started");
      assertThat(actions(AuditQuery.all().action("sess%"))).isEmpty();
      assertThat(actions(AuditQuery.all().action("session").between(now, now.plusMillis(1))))
          .containsExactly("session.ended");
      assertThat(actions(AuditQuery.all().action("session").between(Instant.EPOCH, now)))
          .containsExactly("session.started");
    }

    @Test
    void list_withACursorOfNobodys_isRefused() {
      assertThatExceptionOfType(PosternException.class)
          .isThrownBy(() -> trail.list(AuditQuery.all(), PageRequest.first().after("x' or 1")))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_INVALID));
    }

    @Test
    void list_isItselfAnEntry() {
      trail.list(AuditQuery.all().by("maya"), PageRequest.first());
      assertThat(newest().action()).isEqualTo("audit.read");
    }

    @Test
    void everyCall_withoutThePrivilege_isRefusedAndAudited() {
      AuditTrail mine = trailFor(database, false);
      assertThatExceptionOfType(PosternException.class)
          .isThrownBy(() -> mine.list(AuditQuery.all(), PageRequest.first()))
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_PERMITTED));
      assertThatExceptionOfType(PosternException.class)
          .isThrownBy(mine::verify)
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_PERMITTED));
      assertThat(actions(AuditQuery.all())).containsExactly("audit.refused", "audit.refused");
    }

    private List<String> actions(AuditQuery query) {
      return trail.list(query, PageRequest.first()).rows().stream()
          .map(AuditEntry::action)
          .toList();
    }
  }

  @Nested
  class Sealing {
    @Test
    void sweep_withMoreThanABatch_saysThatMoreIsDue() {
      database.change(
          tx -> {
            for (int i = 0; i < 250; i++) {
              journal.write(tx, START);
            }
            return 0;
          });
      assertThat(sealer.sweep()).isTrue();
      assertThat(sealer.sweep()).isFalse();
      assertThat(links()).hasSize(250).first().isEqualTo(1L);
      assertThat(links()).last().isEqualTo(250L);
    }

    @Test
    void sweep_amongConcurrentWritersOnTwoNodes_leavesNoGap() throws Exception {
      Database other = store.anotherNode();
      AtomicBoolean done = new AtomicBoolean();
      ExecutorService threads = Executors.newFixedThreadPool(6);
      try {
        List<Future<?>> sealers = new ArrayList<>();
        for (Database node : List.of(database, other)) {
          AuditSealer one = new AuditSealer(node);
          sealers.add(
              threads.submit(
                  () -> {
                    while (!done.get()) {
                      one.sweep();
                    }
                  }));
        }
        List<Future<?>> writers = new ArrayList<>();
        for (int w = 0; w < 4; w++) {
          Database node = w % 2 == 0 ? database : other;
          writers.add(
              threads.submit(
                  () -> {
                    Journal mine = new JdbcJournal(node, store.clock());
                    for (int i = 0; i < 100; i++) {
                      mine.write(START);
                    }
                  }));
        }
        for (Future<?> one : writers) {
          one.get(40, TimeUnit.SECONDS);
        }
        done.set(true);
        for (Future<?> one : sealers) {
          one.get(10, TimeUnit.SECONDS);
        }
      } finally {
        threads.shutdownNow();
      }
      AuditCheck check = trail.verify();
      assertThat(check.finding()).isEmpty();
      assertThat(check.intact()).isTrue();
      assertThat(check.entries()).isEqualTo(400);
      assertThat(links()).hasSize(400).doesNotHaveDuplicates().last().isEqualTo(400L);
    }
  }

  @Nested
  class Verifying {
    @Test
    void verify_ofNothing_isIntact() {
      AuditCheck check = trail.verify();
      assertThat(check).isEqualTo(new AuditCheck(true, 0, "", ""));
    }

    @Test
    void verify_coversWhatWasCommittedBefore() {
      journal.write(START);
      assertThat(trail.verify().entries()).isEqualTo(1);
      // The first check was an entry, too.
      assertThat(trail.verify().entries()).isEqualTo(2);
    }

    @Test
    void verify_overSeveralPages_isIntactAndFindsAFaultBehindThem() {
      database.change(
          tx -> {
            for (int i = 0; i < 2_300; i++) {
              journal.write(tx, START);
            }
            return 0;
          });
      assertThat(trail.verify().entries()).isEqualTo(2_300);
      database.change(tx -> tx.run("update audit set why = 'none' where link = 2200"));
      AuditCheck check = trail.verify();
      assertThat(check.intact()).isFalse();
      assertThat(check.entries()).isEqualTo(2_199);
      assertThat(check.finding()).contains("link 2200");
    }

    @Test
    void verify_withARemovedRow_saysWhichLinkIsMissing() {
      for (int i = 0; i < 5; i++) {
        journal.write(START);
      }
      trail.verify();
      database.change(tx -> tx.run("delete from audit where link = 3"));
      assertThat(trail.verify().finding()).startsWith("link 3 is missing");
    }

    @Test
    void verify_afterItsTailWasCut_differsFromTheHeadKeptElsewhere() {
      for (int i = 0; i < 5; i++) {
        journal.write(START);
      }
      AuditCheck kept = trail.verify();
      database.change(tx -> tx.run("delete from audit where link >= 5"));
      AuditCheck later = trail.verify();
      assertThat(later.head()).isNotEqualTo(kept.head());
    }
  }
}
