package io.postern.core.notice;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Key;
import com.google.inject.TypeLiteral;
import io.postern.core.Awaiting;
import io.postern.core.audit.Act;
import io.postern.core.audit.AuditModule;
import io.postern.core.audit.AuditReader;
import io.postern.core.audit.Journal;
import io.postern.core.store.Database;
import io.postern.core.store.StoreUnderTest;
import io.postern.core.sweep.Sweep;
import io.postern.spi.event.Event;
import io.postern.spi.event.EventListener;
import io.postern.testing.Rule;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How listeners are told of the trail, on one engine. */
@Timeout(120)
abstract class EventContract {
  /** As long as no call takes here, however busy the machine is. */
  private static final Duration LONG = Duration.ofMinutes(10);

  @RegisterExtension final StoreUnderTest store;
  private final List<EventDispatcher> open = new ArrayList<>();
  private final List<Event> told = new CopyOnWriteArrayList<>();
  private Database database;
  private Journal journal;
  private AuditReader reader;
  private Set<Sweep> sealer;

  EventContract(StoreUnderTest store) {
    this.store = store;
  }

  @BeforeEach
  void open() {
    database = store.database();
    Injector injector = audit(database);
    journal = injector.getInstance(Journal.class);
    reader = injector.getInstance(AuditReader.class);
    sealer = injector.getInstance(Key.get(new TypeLiteral<Set<Sweep>>() {}));
  }

  @AfterEach
  void close() {
    open.forEach(EventDispatcher::close);
  }

  private Injector audit(Database node) {
    return Guice.createInjector(
        new AuditModule(),
        new AbstractModule() {
          @Override
          protected void configure() {
            bind(Database.class).toInstance(node);
            bind(InstantSource.class).toInstance(store.clock());
          }
        });
  }

  private EventRows rows(String process) {
    return new EventRows(database, reader, store.clock(), process);
  }

  private EventDispatcher dispatcher(
      String process, Map<String, EventListener> listeners, Duration limit) {
    EventDispatcher dispatcher = new EventDispatcher(listeners, rows(process), limit);
    open.add(dispatcher);
    dispatcher.begin();
    return dispatcher;
  }

  private EventDispatcher dispatcher(EventListener listener) {
    return dispatcher("one", Map.of("host", listener), LONG);
  }

  /** Writes entries and links them. */
  private void write(int entries) {
    database.change(
        tx -> {
          for (int i = 0; i < entries; i++) {
            journal.write(tx, Act.of("maya", "a.b", "thing:" + i));
          }
          return 0;
        });
    link();
  }

  private void link() {
    for (Sweep sweep : sealer) {
      while (sweep.sweep()) {}
    }
  }

  private static List<Long> positions(List<Event> events) {
    return events.stream().map(Event::position).toList();
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  /** What the table says of the listener. */
  private record Kept(long position, int failures, boolean held, Instant dueAt) {}

  private Kept kept() {
    return database.read(
        tx ->
            tx.first(
                    "select position, failures, node, due_at from event_listener"
                        + " where name = 'host'",
                    row ->
                        new Kept(
                            row.number("position"),
                            (int) row.number("failures"),
                            row.optionalText("node").isPresent(),
                            row.instant("due_at")))
                .orElseThrow());
  }

  private void untilKept(long position, EventDispatcher... sweeping) {
    Awaiting.until(
        "position " + position + " is kept",
        () -> {
          List.of(sweeping).forEach(EventDispatcher::sweep);
          return kept().position() == position && !kept().held();
        });
  }

  /** As time does, without waiting for it. */
  private void claimRunsOut() {
    database.change(tx -> tx.run("update event_listener set claimed_until = 0"));
  }

  @Test
  void aNewListener_onAnOldStore_beginsNow() {
    write(3);
    EventDispatcher dispatcher = dispatcher(told::add);
    write(2);
    untilKept(5, dispatcher);
    assertThat(positions(told)).containsExactly(4L, 5L);
  }

  @Test
  void aNewListener_thatSaysSo_beginsWithTheFirst() {
    write(3);
    EventDispatcher dispatcher =
        dispatcher(
            new EventListener() {
              @Override
              public void on(Event event) {
                told.add(event);
              }

              @Override
              public boolean fromTheBeginning() {
                return true;
              }
            });
    untilKept(3, dispatcher);
    assertThat(positions(told)).isEqualTo(upTo(3));
  }

  @Test
  void aListener_afterARestart_goesOnWhereItStopped() {
    EventDispatcher before = dispatcher(told::add);
    write(2);
    untilKept(2, before);
    before.close();
    write(3);
    EventDispatcher after = dispatcher("other", Map.of("host", told::add), LONG);
    untilKept(5, after);
    assertThat(positions(told)).isEqualTo(upTo(5));
  }

  @Test
  void whatIsNotLinkedYet_isToldOnceItIs() {
    EventDispatcher dispatcher = dispatcher(told::add);
    journal.write(Act.of("maya", "a.b", "thing:1"));
    dispatcher.sweep();
    assertThat(rows("one").isDue("host")).isFalse();
    link();
    untilKept(1, dispatcher);
    assertThat(told)
        .singleElement()
        .satisfies(e -> assertThat(e.entry().actor()).isEqualTo("maya"));
  }

  @Test
  @Rule("SES-15")
  void moreThanABatch_isToldOnce_inTheOrderOfTheChain() {
    int entries = 2 * EventFeed.BATCH + 50;
    EventDispatcher dispatcher = dispatcher(told::add);
    write(entries);
    untilKept(entries, dispatcher);
    assertThat(positions(told)).isEqualTo(upTo(entries));
    assertThat(rows("one").isDue("host")).isFalse();
  }

  @Test
  @Rule("SES-15")
  void aListenerThatThrows_isToldOfTheSameEventAgainAfterAPause_andHoldsUpNobodyElse() {
    AtomicInteger tries = new AtomicInteger();
    AtomicBoolean mended = new AtomicBoolean();
    List<Event> others = new CopyOnWriteArrayList<>();
    EventDispatcher dispatcher =
        dispatcher(
            "one",
            Map.of(
                "host",
                event -> {
                  if (event.position() == 2 && !mended.get()) {
                    if (tries.incrementAndGet() > 1) {
                      throw new LinkageError("no such class");
                    }
                    throw new IllegalStateException("full");
                  }
                  told.add(event);
                },
                "other",
                others::add),
            LONG);
    write(3);
    List<Duration> pauses = new ArrayList<>();
    for (int failures = 1; failures <= 8; failures++) {
      int expected = failures;
      Awaiting.until(
          "try " + failures,
          () -> {
            dispatcher.sweep();
            return kept().failures() == expected && !kept().held();
          });
      pauses.add(Duration.between(store.clock().instant(), kept().dueAt()));
      assertThat(rows("another").isDue("host")).isFalse();
      store.clock().set(kept().dueAt());
    }
    assertThat(pauses.stream().map(Duration::toSeconds))
        .containsExactly(1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
    assertThat(positions(told)).containsExactly(1L);
    Awaiting.until("the other one has all", () -> others.size() == 3);
    assertThat(tries).hasValue(8);
    mended.set(true);
    untilKept(3, dispatcher);
    assertThat(positions(told)).isEqualTo(upTo(3));
    assertThat(kept().failures()).isZero();
  }

  @Test
  void aListenerThatHangs_isNotCalledBesideItself_andHoldsUpNobodyElse() {
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger calls = new AtomicInteger();
    List<Event> others = new CopyOnWriteArrayList<>();
    EventDispatcher dispatcher =
        dispatcher(
            "one",
            Map.of(
                "host",
                event -> {
                  calls.incrementAndGet();
                  // Interrupts do not help against it.
                  while (never.getCount() > 0) {
                    try {
                      never.await();
                    } catch (InterruptedException e) {
                      // Goes on hanging.
                    }
                  }
                  told.add(event);
                }),
            Duration.ofSeconds(2));
    EventDispatcher other = dispatcher("one", Map.of("other", others::add), LONG);
    write(2);
    Awaiting.until(
        "it counts as failed",
        () -> {
          dispatcher.sweep();
          return kept().failures() == 1 && !kept().held();
        });
    assertThat(kept().position()).isZero();
    for (int i = 0; i < 5; i++) {
      store.clock().advance(Duration.ofHours(1));
      dispatcher.sweep();
    }
    assertThat(calls).hasValue(1);
    Awaiting.until(
        "the other one has all",
        () -> {
          other.sweep();
          return others.size() == 2;
        });
    never.countDown();
    Awaiting.until(
        "it goes on",
        () -> {
          store.clock().advance(Duration.ofMinutes(1));
          dispatcher.sweep();
          return kept().position() == 2;
        });
    // What hung came again: at least once.
    assertThat(positions(told).subList(0, 2)).containsExactly(1L, 1L);
    assertThat(positions(told)).endsWith(2L);
  }

  @Test
  void twoProcesses_tellItOneAtATime() {
    int entries = 3 * EventFeed.BATCH;
    AtomicInteger atOnce = new AtomicInteger();
    AtomicBoolean crowded = new AtomicBoolean();
    EventListener listener =
        event -> {
          crowded.compareAndSet(false, atOnce.incrementAndGet() > 1);
          told.add(event);
          atOnce.decrementAndGet();
        };
    EventDispatcher one = dispatcher("one", Map.of("host", listener), LONG);
    EventDispatcher other = dispatcher("other", Map.of("host", listener), LONG);
    for (int i = 0; i < entries; i += 20) {
      write(20);
      one.sweep();
      other.sweep();
    }
    untilKept(entries, one, other);
    assertThat(positions(told)).isEqualTo(upTo(entries));
    assertThat(crowded).isFalse();
  }

  @Test
  @Rule("SES-15")
  void aProcessThatDied_isTakenOverFrom_onceItsClaimRanOut() {
    EventDispatcher heir = dispatcher("heir", Map.of("host", told::add), LONG);
    write(2);
    EventRows dead = rows("dead");
    assertThat(dead.claim("host")).contains(new EventRows.Place(0, 0));
    heir.sweep();
    assertThat(rows("heir").isDue("host")).isFalse();
    assertThat(rows("heir").claim("host")).isEmpty();
    claimRunsOut();
    untilKept(2, heir);
    assertThat(positions(told)).isEqualTo(upTo(2));
    // Should it have stood still only: it moves nothing back.
    assertThat(dead.keep("host", 0, 1)).isFalse();
    dead.release("host", 0, 1, 3);
    assertThat(kept()).isEqualTo(new Kept(2, 0, false, store.clock().instant()));
  }

  @Test
  @Rule("SES-15")
  void whatWasToldByAProcess_thatDiedBeforeItWasKept_comesAgain() throws InterruptedException {
    CountDownLatch goOn = new CountDownLatch(1);
    List<Event> before = new CopyOnWriteArrayList<>();
    EventDispatcher dying =
        dispatcher(
            "dying",
            Map.of(
                "host",
                event -> {
                  before.add(event);
                  if (event.position() == 3) {
                    goOn.await();
                  }
                }),
            LONG);
    write(4);
    dying.sweep();
    Awaiting.until("it was told", () -> before.size() == 3);
    claimRunsOut();
    EventDispatcher heir = dispatcher("heir", Map.of("host", told::add), LONG);
    untilKept(4, heir);
    assertThat(positions(told)).endsWith(3L, 4L).isSorted().doesNotHaveDuplicates();
    goOn.countDown();
    dying.close();
    assertThat(kept().position()).isEqualTo(4);
  }

  @Test
  void close_whileItIsTold_waitsForNobody_andTheEventComesAgain() {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    EventDispatcher closing =
        dispatcher(
            event -> {
              begun.countDown();
              never.await();
            });
    write(1);
    closing.sweep();
    Awaiting.until("it is told", () -> begun.getCount() == 0);
    closing.close();
    Awaiting.until("it lets go", () -> !kept().held());
    assertThat(kept().failures()).isZero();
    EventDispatcher next = dispatcher("next", Map.of("host", told::add), LONG);
    untilKept(1, next);
    assertThat(positions(told)).isEqualTo(upTo(1));
  }

  @Test
  void withoutAListener_theStoreIsNotAsked() {
    EventDispatcher dispatcher = dispatcher("one", Map.of(), LONG);
    database.close();
    assertThat(dispatcher.sweep()).isFalse();
  }
}
