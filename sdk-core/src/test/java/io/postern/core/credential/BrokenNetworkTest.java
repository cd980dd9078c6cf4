package io.postern.core.credential;

import static io.postern.core.credential.LendingRoom.ADA;
import static io.postern.core.credential.LendingRoom.ITEM;
import static io.postern.core.credential.LendingRoom.MAYA;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.PosternException;
import io.postern.core.Awaiting;
import io.postern.core.audit.Journal;
import io.postern.core.connector.Connectors;
import io.postern.core.credential.Lending.Borrowed;
import io.postern.core.store.Ids;
import io.postern.core.store.StoreUnderTest;
import io.postern.credential.CandidateId;
import io.postern.credential.Candidates;
import io.postern.credential.CredentialLimits;
import io.postern.credential.Lease.State;
import io.postern.credential.LeaseId;
import io.postern.credential.ManagerHealth;
import io.postern.session.SessionId;
import io.postern.testing.Fault;
import io.postern.testing.FaultProxy;
import io.postern.testing.Rule;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Two members that front one store, over a network that breaks in twelve ways: nothing is lost,
 * nothing happens twice, nobody hangs. Which engine keeps the leases makes no difference here.
 */
@Timeout(180)
class BrokenNetworkTest {
  /** What fails before the limit of a call, so that the call can go on. */
  private static final Set<Fault> SEEN_AT_ONCE =
      EnumSet.complementOf(
          EnumSet.of(Fault.NONE, Fault.BLACK_HOLE, Fault.SWALLOW_ANSWER, Fault.TRICKLE));

  @RegisterExtension final StoreUnderTest store = StoreUnderTest.sqlite();
  private final NetworkStore ledger = new NetworkStore();
  private final FaultProxy one = FaultProxy.before(ledger.port());
  private final FaultProxy two = FaultProxy.before(ledger.port());
  private final List<LendingRoom> rooms = new ArrayList<>();
  private LendingRoom room;
  private int session;
  private volatile String breaking = "";
  private volatile Fault upcoming = Fault.NONE;

  @AfterEach
  void close() {
    rooms.forEach(LendingRoom::close);
    one.close();
    two.close();
    ledger.close();
  }

  /** Members as they are at the start: the one behind the first proxy is asked first. */
  private void begin(Fault fault) {
    boolean answered = fault == Fault.NONE || SEEN_AT_ONCE.contains(fault);
    one.fault(Fault.NONE);
    room =
        LendingRoom.with(
            store.database(),
            store.clock(),
            CredentialLimits.standard().perCall(Duration.ofMillis(answered ? 10_000 : 2_000)),
            ManagerConfiguration.byHand(
                "site",
                NetworkClient.factory(this::called),
                NetworkClient.at(one.port()),
                NetworkClient.at(two.port())));
    rooms.add(room);
    session++;
  }

  /** Mends the network, works off what is owed, and looks at what has come of it all. */
  private void settled() {
    breaking = "";
    one.fault(Fault.NONE);
    room.end(session());
    room.sweepOut();
    assertThat(ledger.violations).isEmpty();
    assertThat(ledger.lent).isEmpty();
    assertThat(ledger.held).isEmpty();
    assertThat(room.rows()).allMatch(row -> row.settledAt().isPresent());
    assertThat(room.rows()).noneMatch(row -> row.state() == State.IRREVOCABLE);
    Awaiting.until("no thread hangs", () -> hanging().isEmpty());
  }

  private static List<String> hanging() {
    return Thread.getAllStackTraces().entrySet().stream()
        .filter(
            entry ->
                Stream.of(entry.getValue())
                    .anyMatch(frame -> frame.getClassName().contains("NetworkClient")))
        .map(entry -> entry.getKey().getName())
        .toList();
  }

  private String session() {
    return "s" + session;
  }

  private Candidates find() {
    return room.lending.candidates(MAYA, Connectors.endpoint(ITEM), "", true);
  }

  private Borrowed borrow(boolean rotate) {
    Borrowed borrowed = room.lending.borrow(room.loan(MAYA, session(), "site", "db", rotate));
    borrowed.credential().close();
    return borrowed;
  }

  private LeaseId checkOut() {
    return room.credentials(MAYA)
        .checkOut(ITEM.id(), new CandidateId("site", "root"), Duration.ofHours(1))
        .id();
  }

  /** What may fail, but only as what the closed set has. */
  private static Optional<PosternException> trying(Runnable act) {
    try {
      act.run();
      return Optional.empty();
    } catch (PosternException e) {
      assertThat(e.code().name()).matches("CREDENTIAL_(UNAVAILABLE|TIMED_OUT)");
      return Optional.of(e);
    }
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  @Rule({"ECM-6", "ECM-8", "LOG-3"})
  void find_isAnsweredWhateverBreaks_andThenAtOnceByTheOther(Fault fault) {
    begin(fault);
    one.fault(fault);
    for (int i = 0; i < 3; i++) {
      Candidates found = find();
      assertThat(found.silent()).isEmpty();
      assertThat(found.found()).extracting(each -> each.id().key()).containsExactly("db", "root");
    }
    settled();
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  @Rule({"ECM-6", "ECM-8"})
  void health_ofTheBrokenMember_hidesNothingOfTheOther(Fault fault) {
    begin(fault);
    one.fault(fault);
    ManagerHealth health = room.credentials(ADA).managers().get(0);
    assertThat(health.usable()).isTrue();
    assertThat(health.members())
        .filteredOn(member -> member.name().equals("site#2"))
        .allMatch(ManagerHealth.Member::usable);
    if (!Set.of(Fault.NONE, Fault.FLAPPING, Fault.HALF_CLOSE).contains(fault)) {
      assertThat(health.members().get(1))
          .matches(member -> member.name().equals("site#1") && !member.usable());
    }
    settled();
  }

  /** Has the first member's network break as soon as it is asked for this. */
  private void breaks(String act, Fault fault) {
    upcoming = fault;
    breaking = act;
  }

  private void called(int port, String act) {
    if (port == one.port() && act.equals(breaking)) {
      breaking = "";
      one.fault(upcoming);
      if (upcoming == Fault.REFUSE) {
        // Who waits in accept while the listener is closed may still get one connection.
        Awaiting.until("refused", () -> refuses(port));
      }
    }
  }

  private static boolean refuses(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return !socket.isConnected();
    } catch (IOException e) {
      return true;
    }
  }

  private void noneTwice(String act) {
    assertThat(ledger.arrived.stream().filter(each -> each.startsWith(act + " ")).toList())
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  @Rule({"ECM-6", "ECM-8", "ECM-9", "ECM-11"})
  void resolve_isMadeAtMostOnce_andWhatMayBeLentIsReleased(Fault fault) {
    begin(fault);
    breaks("resolve", fault);
    Optional<PosternException> failure = trying(() -> borrow(false));
    if (fault == Fault.REFUSE || fault == Fault.NONE) {
      // Known not to have happened, so the other one was asked.
      assertThat(failure).isEmpty();
    }
    borrow(false);
    settled();
    noneTwice("resolve");
    assertThat(ledger.arrivals("resolve")).isBetween(1L, 2L);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  @Rule({"ECM-6", "ECM-8", "ECM-9", "ECM-11", "OUT-1"})
  void checkOut_isMadeAtMostOnce_andWhatMayBeHeldIsGivenBack(Fault fault) {
    begin(fault);
    breaks("check-out", fault);
    Optional<PosternException> failure = trying(this::checkOut);
    if (fault == Fault.REFUSE || fault == Fault.NONE) {
      assertThat(failure).isEmpty();
      assertThat(ledger.held).hasSize(1);
    }
    settled();
    checkOut();
    assertThat(ledger.held).hasSize(1);
    settled();
    noneTwice("check-out");
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  @Rule({"ECM-6", "ECM-8", "ECM-11"})
  void release_goesOnToTheOther_orIsOwed(Fault fault) {
    begin(fault);
    LeaseId lease = borrow(false).lease();
    breaks("release", fault);
    room.end(session());
    if (SEEN_AT_ONCE.contains(fault)) {
      assertThat(room.state(lease)).isEqualTo(State.RETURNED);
      assertThat(ledger.lent).isEmpty();
    }
    settled();
    assertThat(room.state(lease)).isEqualTo(State.RETURNED);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  @Rule({"ECM-6", "ECM-8", "ECM-11", "OUT-1"})
  void checkIn_goesOnToTheOther_orIsOwed(Fault fault) {
    begin(fault);
    LeaseId lease = checkOut();
    breaks("check-in", fault);
    room.credentials(MAYA).checkIn(lease);
    if (SEEN_AT_ONCE.contains(fault)) {
      assertThat(room.state(lease)).isEqualTo(State.RETURNED);
      assertThat(ledger.held).isEmpty();
    }
    settled();
    assertThat(room.state(lease)).isEqualTo(State.RETURNED);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  @Rule({"ECM-6", "ECM-8", "ECM-11"})
  void renew_goesOnToTheOther_orIsMadeAgain(Fault fault) {
    begin(fault);
    LeaseId lease = borrow(false).lease();
    Instant until = store.clock().instant().plus(Duration.ofHours(3));
    breaks("renew", fault);
    room.lending.renew(SessionId.of(session()), until);
    if (!SEEN_AT_ONCE.contains(fault)) {
      store.clock().advance(Duration.ofSeconds(30));
      room.sweep.sweep();
    }
    assertThat(room.row(lease).expiresAt()).contains(until);
    assertThat(room.state(lease)).isEqualTo(State.HELD);
    settled();
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  @Rule({"ECM-6", "ECM-8", "ECM-9", "ECM-11", "OUT-4"})
  void rotate_goesOnOnlyWhenNothingHappened_andIsElseOwed(Fault fault) {
    begin(fault);
    LeaseId lease = borrow(true).lease();
    breaks("rotate", fault);
    room.end(session());
    long atOnce = ledger.arrivals("rotate");
    assertThat(atOnce).isLessThanOrEqualTo(1);
    if (fault == Fault.REFUSE || fault == Fault.NONE) {
      assertThat(room.state(lease)).isEqualTo(State.ROTATED);
    }
    settled();
    assertThat(room.state(lease)).isEqualTo(State.ROTATED);
    assertThat(ledger.rotated).containsExactly(Map.entry(lease.value(), "db"));
    assertThat(room.audited("credential.rotated")).isEqualTo(1);
  }

  @Test
  @Rule({"ECM-6", "ECM-8", "ECM-9", "ECM-11"})
  void membersThatComeAndGo_underLoad_loseNothingAndDoubleNothing() throws Exception {
    begin(Fault.REFUSE);
    MemberSweep sweep =
        new MemberSweep(
            room.managers,
            room.instance(Alarms.class),
            room.instance(Silence.class),
            room.instance(Journal.class),
            new Ids(store.clock()),
            store.clock());
    ExecutorService threads = Executors.newFixedThreadPool(4);
    List<Future<Integer>> working = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String own = "load" + i;
      working.add(threads.submit(() -> sessions(own)));
    }
    Random random = new Random(42);
    Fault[] faults = {
      Fault.NONE, Fault.REFUSE, Fault.FLAPPING, Fault.RESET_AFTER_REQUEST, Fault.CUT_ANSWER
    };
    while (!working.stream().allMatch(Future::isDone)) {
      one.fault(faults[random.nextInt(faults.length)]);
      two.fault(faults[random.nextInt(faults.length)]);
      // Probes bring back who answers.
      sweep.sweep();
      ManagerListing.ask(room.managers.all().get(0).members()).forEach(ManagerListing.Asked::await);
    }
    for (Future<Integer> each : working) {
      assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo(25);
    }
    threads.shutdown();
    two.fault(Fault.NONE);
    for (int i = 0; i < 4; i++) {
      room.end("load" + i);
    }
    settled();
    noneTwice("resolve");
  }

  private int sessions(String own) {
    int done = 0;
    while (done < 25) {
      trying(
          () ->
              room.lending.borrow(room.loan(MAYA, own, "site", "db", false)).credential().close());
      room.end(own);
      done++;
    }
    return done;
  }
}
