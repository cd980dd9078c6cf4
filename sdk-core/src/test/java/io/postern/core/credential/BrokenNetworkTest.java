package io.postern.core.credential;

import static io.postern.core.credential.LendingRoom.ADA;
import static io.postern.core.credential.LendingRoom.ITEM;
import static io.postern.core.credential.LendingRoom.MAYA;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.PosternException;
import io.postern.core.Awaiting;
import io.postern.core.connector.Connectors;
import io.postern.core.credential.Lending.Borrowed;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
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

  @AfterEach
  void close() {
    rooms.forEach(LendingRoom::close);
    one.close();
    two.close();
    ledger.close();
  }

  /** Members as they are at the start: the one behind the first proxy is asked first. */
  private void begin() {
    one.fault(Fault.NONE);
    room =
        LendingRoom.with(
            store.database(),
            store.clock(),
            CredentialLimits.standard().perCall(Duration.ofSeconds(1)),
            ManagerConfiguration.byHand(
                "site",
                NetworkClient.factory(),
                NetworkClient.at(one.port()),
                NetworkClient.at(two.port())));
    rooms.add(room);
    session++;
  }

  /** Mends the network, works off what is owed, and looks at what has come of it all. */
  private void settled() {
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
    Borrowed borrowed =
        room.lending.borrow(room.loan(MAYA, session(), "site", "db", rotate));
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
    begin();
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
    begin();
    one.fault(fault);
    ManagerHealth health = room.credentials(ADA).managers().get(0);
    assertThat(health.usable()).isTrue();
    assertThat(health.members())
        .filteredOn(member -> member.name().equals("site#2"))
        .allMatch(ManagerHealth.Member::usable);
    if (fault != Fault.NONE && fault != Fault.FLAPPING) {
      assertThat(health.members().get(1))
          .matches(member -> member.name().equals("site#1") && !member.usable());
    }
    settled();
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  @Rule({"ECM-6", "ECM-8", "ECM-9", "ECM-11"})
  void resolve_isMadeAtMostOnce_andWhatMayBeLentIsReleased(Fault fault) {
    begin();
    find();
    // Only the resolve meets the fault: the find before it must not have found it out.
    ledger.arrived.clear();
    LeaseOutcome outcome = broken(fault, () -> borrow(false));
    if (fault == Fault.REFUSE) {
      // Known not to have happened, so the other one was asked.
      assertThat(outcome.failure()).isEmpty();
    }
    borrow(false);
    settled();
    assertThat(ledger.arrived.stream().filter(each -> each.startsWith("resolve ")).toList())
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  @Rule({"ECM-6", "ECM-8", "ECM-9", "ECM-11", "OUT-1"})
  void checkOut_isMadeAtMostOnce_andWhatMayBeHeldIsGivenBack(Fault fault) {
    begin();
    LeaseOutcome outcome =
        broken(
            fault,
            () -> {
              LeaseId lease = checkOut();
              room.credentials(MAYA).checkIn(lease);
            });
    if (fault == Fault.REFUSE) {
      assertThat(outcome.failure()).isEmpty();
    }
    settled();
    LeaseId lease = checkOut();
    room.credentials(MAYA).checkIn(lease);
    settled();
    assertThat(ledger.arrived.stream().filter(each -> each.startsWith("check-out ")).toList())
        .doesNotHaveDuplicates();
  }

  private record LeaseOutcome(Optional<PosternException> failure) {}

  /** Breaks the first member's network as soon as its store is asked for something to be lent. */
  private LeaseOutcome broken(Fault fault, Runnable lending) {
    int before = one.accepted();
    // The find that borrowing begins with goes through before the fault is there.
    room.neighbours.policy.toString();
    breakAfter(before + 1, fault);
    return new LeaseOutcome(trying(lending));
  }

  private void breakAfter(int connections, Fault fault) {
    Thread thread =
        new Thread(
            () -> {
              Awaiting.until("found", () -> one.accepted() >= connections);
              Awaiting.until("answered", () -> ledger.arrivals("find") >= 1);
              one.fault(fault);
            },
            "breaking");
    thread.setDaemon(true);
    thread.start();
  }
}
