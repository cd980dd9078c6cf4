package io.postern.core.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.postern.ErrorCode;
import io.postern.Page;
import io.postern.PageRequest;
import io.postern.PosternException;
import io.postern.approval.RequestId;
import io.postern.core.Awaiting;
import io.postern.core.Barrier;
import io.postern.core.Refused;
import io.postern.core.notice.Notices.Telling;
import io.postern.core.person.People;
import io.postern.core.store.Database;
import io.postern.core.store.StoreUnderTest;
import io.postern.notice.Inbox;
import io.postern.notice.Notice;
import io.postern.notice.NoticeId;
import io.postern.person.GroupId;
import io.postern.person.Person;
import io.postern.person.PersonId;
import io.postern.person.Privilege;
import io.postern.spi.directory.PersonDirectory;
import io.postern.spi.notifier.Notifier;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Telling, reading and delivering on one engine. */
@Timeout(60)
abstract class NoticeContract {
  private static final PersonId MAYA = PersonId.of("maya");

  @RegisterExtension final StoreUnderTest store;
  private final List<Notifier.Delivery> delivered = new CopyOnWriteArrayList<>();
  private final List<AutoCloseable> open = new ArrayList<>();
  private final PersonDirectory directory =
      PersonDirectory.of(Person.named("maya", "Maya Jansen").email("maya@example.org").build());
  private final KnownPeople people = new KnownPeople();
  private Database database;
  private Outbox outbox;

  NoticeContract(StoreUnderTest store) {
    this.store = store;
  }

  @BeforeEach
  void open() {
    database = store.database();
    outbox = new Outbox(database, store.clock());
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  private NoticeDispatcher dispatcher(Database node, Notifier notifier) {
    NoticeDispatcher dispatcher =
        new NoticeDispatcher(new Outbox(node, store.clock()), Optional.of(notifier), directory);
    open.add(dispatcher);
    return dispatcher;
  }

  private void tell(Notices notices, String subject, String email, Optional<RequestId> decidable) {
    database.change(
        tx -> {
          notices.tell(
              tx,
              new Telling(
                  Optional.of(MAYA),
                  email,
                  Locale.GERMANY,
                  Notice.Kind.APPROVAL_ASKED,
                  "request:r1",
                  subject,
                  "text of " + subject,
                  decidable));
          return 0;
        });
  }

  private Notices notices(boolean withNotifier) {
    return new JdbcNotices(
        store.clock(), withNotifier ? Optional.of(delivered::add) : Optional.empty());
  }

  private static List<String> subjects(Iterable<Notice> notices) {
    List<String> subjects = new ArrayList<>();
    notices.forEach(notice -> subjects.add(notice.subject()));
    return subjects;
  }

  private static void eventually(BooleanSupplier condition) {
    Awaiting.until("it is told", condition);
  }

  private long number(String sql, Object... arguments) {
    return database.read(tx -> tx.first(sql, row -> row.number("n"), arguments).orElseThrow());
  }

  /** What the table says of a notice whose last try failed. */
  private record Failure(int attempts, String lastFailure, Optional<Instant> nextTry) {}

  /** A directory that forgets on command. */
  private static final class KnownPeople implements People {
    private boolean forgotten;

    @Override
    public Person require(PersonId id) {
      if (forgotten) {
        throw new PosternException(ErrorCode.PERSON_UNKNOWN, "forgotten: " + id);
      }
      return Person.named(id.value(), id.value()).build();
    }

    @Override
    public Optional<Person> find(PersonId id) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Person> members(GroupId group) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Person requireWith(PersonId id, Privilege privilege, String what) {
      throw new UnsupportedOperationException();
    }
  }

  @Nested
  class Reading {
    @Test
    void anInboxThatWasKept_isClosedToWhomTheDirectoryKnowsNoMore() {
      tell(notices(false), "one", "", Optional.empty());
      Inbox kept = inbox();
      NoticeId id = kept.list(PageRequest.first()).only().id();
      people.forgotten = true;
      Refused.with(ErrorCode.PERSON_UNKNOWN, () -> kept.list(PageRequest.first()));
      Refused.with(ErrorCode.PERSON_UNKNOWN, () -> kept.unread(PageRequest.first()));
      Refused.with(ErrorCode.PERSON_UNKNOWN, () -> kept.markRead(id));
    }

    private final Inbox inbox() {
      return new JdbcInbox.Factory(database, people).of(MAYA);
    }

    @Test
    void tell_inAChange_isInTheInboxOfThatPersonAlone() {
      tell(notices(false), "one", "", Optional.empty());
      Notice notice = inbox().list(PageRequest.first()).only();
      assertThat(notice)
          .isEqualTo(
              new Notice(
                  notice.id(),
                  Notice.Kind.APPROVAL_ASKED,
                  "request:r1",
                  "one",
                  "text of one",
                  Instant.parse("2026-11-22T09:00:00Z"),
                  false));
      assertThat(
              new JdbcInbox.Factory(database, people)
                  .of(PersonId.of("tom"))
                  .list(PageRequest.first()))
          .isEmpty();
    }

    @Test
    void list_overPages_givesEachOnceNewestFirst() {
      Notices notices = notices(false);
      for (int i = 0; i < 7; i++) {
        tell(notices, "n" + i, "", Optional.empty());
        store.clock().advance(Duration.ofMillis(i % 2));
      }
      Page<Notice> first = inbox().list(PageRequest.first().ofSize(4));
      Page<Notice> second =
          inbox().list(PageRequest.first().ofSize(4).after(first.next().orElseThrow()));
      assertThat(subjects(first)).containsExactly("n6", "n5", "n4", "n3");
      assertThat(subjects(second)).containsExactly("n2", "n1", "n0");
      assertThat(second.next()).isEmpty();
    }

    @Test
    void list_fromAPlaceOfNobodys_isRefused() {
      assertThatExceptionOfType(PosternException.class)
          .isThrownBy(() -> inbox().list(PageRequest.first().after("zzz")))
          .withMessageContaining("inbox")
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.QUERY_INVALID));
    }

    @Test
    void markRead_ofOnesOwn_takesItFromTheUnread() {
      tell(notices(false), "one", "", Optional.empty());
      Notice notice = inbox().list(PageRequest.first()).only();
      new JdbcInbox.Factory(database, people).of(PersonId.of("tom")).markRead(notice.id());
      assertThat(inbox().unread(PageRequest.first())).hasSize(1);
      inbox().markRead(notice.id());
      assertThat(inbox().unread(PageRequest.first())).isEmpty();
      assertThat(inbox().list(PageRequest.first()).only().read()).isTrue();
    }
  }

  @Nested
  class Delivering {
    @Test
    void tell_withoutANotifier_isNeverDue() {
      tell(notices(false), "one", "maya@example.org", Optional.empty());
      assertThat(outbox.isDue()).isFalse();
    }

    @Test
    void sweep_ofANoticeWithoutAnAddress_asksTheDirectoryForIt() {
      tell(notices(true), "one", "", Optional.empty());
      dispatcher(database, delivered::add).sweep();
      eventually(() -> number("select count(*) as n from notice where due_at is null") == 1);
      assertThat(delivered.get(0).email()).isEqualTo("maya@example.org");
    }

    @Test
    void sweep_withADueNotice_deliversItOnce() {
      tell(notices(true), "one", "maya@example.org", Optional.empty());
      NoticeDispatcher dispatcher = dispatcher(database, delivered::add);
      assertThat(dispatcher.sweep()).isFalse();
      eventually(() -> delivered.size() == 1 && !outbox.isDue());
      eventually(() -> number("select count(*) as n from notice where due_at is null") == 1);
      store.clock().advance(Duration.ofDays(1));
      dispatcher.sweep();
      Notifier.Delivery delivery = delivered.get(0);
      assertThat(delivery.recipient()).isEqualTo("Maya Jansen");
      assertThat(delivery.email()).isEqualTo("maya@example.org");
      assertThat(delivery.language()).isEqualTo(Locale.GERMANY);
      assertThat(delivery.text()).isEqualTo("text of one");
      assertThat(delivery.decision()).isEmpty();
      assertThat(delivered).hasSize(1);
    }

    @Test
    void sweep_onTwoNodes_deliversEachOnce() {
      Notices notices = notices(true);
      for (int i = 0; i < 40; i++) {
        tell(notices, "n" + i, "maya@example.org", Optional.empty());
      }
      NoticeDispatcher one = dispatcher(database, delivered::add);
      NoticeDispatcher other = dispatcher(store.anotherNode(), delivered::add);
      one.sweep();
      other.sweep();
      eventually(() -> number("select count(*) as n from notice where due_at is null") == 40);
      assertThat(delivered)
          .extracting(Notifier.Delivery::subject)
          .hasSize(40)
          .doesNotHaveDuplicates();
    }

    @Test
    void sweep_whenTheNotifierFails_triesAgainLater_andKeepsWhy() {
      tell(notices(true), "one", "maya@example.org", Optional.empty());
      NoticeDispatcher dispatcher =
          dispatcher(
              database,
              delivery -> {
                delivered.add(delivery);
                throw new IllegalStateException("no route\nto mail");
              });
      List<Duration> pauses = new ArrayList<>();
      for (int attempt = 1; attempt <= Outbox.MOST_ATTEMPTS; attempt++) {
        int tries = attempt;
        eventually(
            () -> {
              // Again and again: the thread of the try before may still be on its way out.
              dispatcher.sweep();
              return failures().stream()
                  .anyMatch(one -> one.attempts() == tries && !outbox.isDue());
            });
        eventually(() -> delivered.size() == tries && failureOf(tries).isPresent());
        Failure failed = failureOf(tries).orElseThrow();
        assertThat(failed.lastFailure()).contains("no route to mail");
        if (tries < Outbox.MOST_ATTEMPTS) {
          pauses.add(Duration.between(store.clock().instant(), failed.nextTry().orElseThrow()));
          store.clock().set(failed.nextTry().orElseThrow());
        } else {
          assertThat(failed.nextTry()).isEmpty();
        }
      }
      assertThat(pauses.get(0)).isBetween(Duration.ofSeconds(24), Duration.ofSeconds(36));
      assertThat(pauses.get(3)).isBetween(Duration.ofSeconds(192), Duration.ofSeconds(288));
      assertThat(pauses.get(8)).isBetween(Duration.ofMinutes(48), Duration.ofMinutes(72));
      store.clock().advance(Duration.ofDays(30));
      assertThat(outbox.isDue()).isFalse();
    }

    private List<Failure> failures() {
      return database.read(
          tx ->
              tx.list(
                  "select attempts, last_failure, due_at from notice where last_failure <> ''",
                  row ->
                      new Failure(
                          (int) row.number("attempts"),
                          row.text("last_failure"),
                          row.optionalInstant("due_at"))));
    }

    /** Settled after so many tries, and not still held under the claim of ten minutes. */
    private Optional<Failure> failureOf(int tries) {
      Instant claim = store.clock().instant().plus(Duration.ofMinutes(10));
      return failures().stream()
          .filter(one -> one.attempts() == tries && !one.nextTry().equals(Optional.of(claim)))
          .findFirst();
    }

    @Test
    void sweep_whileDeliveriesHangForEver_countsThemAsFailedAndGoesOn() {
      Notices notices = notices(true);
      tell(notices, "hangs", "maya@example.org", Optional.empty());
      tell(notices, "goes", "maya@example.org", Optional.empty());
      CountDownLatch never = new CountDownLatch(1);
      NoticeDispatcher dispatcher =
          new NoticeDispatcher(
              outbox,
              Optional.of(
                  delivery -> {
                    // Interrupts do not help against it.
                    while (delivery.subject().equals("hangs") && never.getCount() > 0) {
                      LockSupport.parkNanos(1_000_000);
                    }
                    delivered.add(delivery);
                  }),
              directory,
              Duration.ofSeconds(2));
      open.add(dispatcher);
      dispatcher.sweep();
      eventually(() -> delivered.size() == 1 && failureOf(1).isPresent());
      assertThat(delivered.get(0).subject()).isEqualTo("goes");
      assertThat(failureOf(1).orElseThrow().lastFailure()).contains("no answer within PT2S");
      never.countDown();
    }

    @Test
    void sweep_whileADeliveryHangs_returnsAtOnce() {
      tell(notices(true), "one", "maya@example.org", Optional.empty());
      Barrier goOn = new Barrier();
      NoticeDispatcher dispatcher = dispatcher(database, delivery -> goOn.run());
      for (int i = 0; i < 20; i++) {
        dispatcher.sweep();
      }
      tell(notices(true), "two", "", Optional.empty());
      assertThat(number("select count(*) as n from notice where due_at is null")).isZero();
      goOn.open();
      eventually(() -> number("select count(*) as n from notice where due_at is null") == 2);
    }

    @Test
    void sweep_withADecidableNotice_givesAFreshTokenAndKeepsItsHashOnly() {
      request("r1", "PENDING");
      tell(notices(true), "one", "maya@example.org", Optional.of(RequestId.of("r1")));
      NoticeDispatcher dispatcher =
          dispatcher(
              database,
              delivery -> {
                delivered.add(delivery);
                if (delivered.size() == 1) {
                  throw new IllegalStateException(
                      "cannot send https://host/" + delivery.decision().orElseThrow().value());
                }
              });
      dispatcher.sweep();
      eventually(() -> failureOf(1).isPresent());
      String first = delivered.get(0).decision().orElseThrow().value();
      assertThat(failureOf(1).orElseThrow().lastFailure())
          .contains("https://host/*")
          .doesNotContain(first);
      store.clock().advance(Duration.ofHours(1));
      eventually(
          () -> {
            dispatcher.sweep();
            return number("select count(*) as n from notice where due_at is null") == 1;
          });
      String second = delivered.get(1).decision().orElseThrow().value();
      assertThat(second).hasSize(43).isNotEqualTo(first);
      assertThat(
              database.<List<String>>read(
                  tx ->
                      tx.list(
                          "select hash, email, request from decision_token",
                          row -> row.text("hash"))))
          .containsExactlyInAnyOrder(Outbox.hash(first), Outbox.hash(second));
    }

    @Test
    void sweep_whenTheRequestIsDecided_givesNoToken() {
      request("r1", "DENIED");
      tell(notices(true), "one", "maya@example.org", Optional.of(RequestId.of("r1")));
      dispatcher(database, delivered::add).sweep();
      eventually(() -> delivered.size() == 1);
      assertThat(delivered.get(0).decision()).isEmpty();
    }

    private void request(String id, String status) {
      database.change(
          tx ->
              tx.run(
                  "insert into access_request (id, item, requester, status, scope, self_approval,"
                      + " needed, reason, ticket, duration, start_when_approved, language, policy,"
                      + " on_revocation, asked_at, decide_by, comment, version) values (?, 'i', 'tom',"
                      + " ?, 'REQUESTER_ONLY', 0, 1, '', '', 0, 0, 'de', '', '', 0, 0, '', 1)",
                  id,
                  status));
    }
  }
}
