package io.postern.credential.aws;

import static io.postern.credential.aws.Aws.MAYA;
import static io.postern.credential.aws.Aws.ORDERS;
import static io.postern.credential.aws.Aws.call;
import static io.postern.credential.aws.Aws.password;
import static io.postern.credential.aws.Aws.reveal;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.credential.Secret;
import io.postern.spi.Settings;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.credential.RotatesCredentials.RotateRequest;
import io.postern.testing.Fault;
import io.postern.testing.FaultProxy;
import io.postern.testing.Rule;
import io.postern.testing.StrayThreads;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Twelve ways in which a network breaks, before each operation and at each step of a rotation: no
 * call outlives its deadline, none answers wrongly, none acts twice, what says that nothing
 * happened is right, nothing stays staged, and no thread stays (goal G11).
 */
@Rule({"ECM-6", "ECM-7", "ECM-9"})
@Timeout(60)
class FaultsTest {
  /** What a call may come through; it has all the time that a busy machine takes. */
  private static final Set<Fault> PASSABLE =
      EnumSet.of(Fault.NONE, Fault.HALF_CLOSE, Fault.FLAPPING);

  /** What nothing but the limit ends: a corrupted answer may have lost its end. */
  private static final Set<Fault> ENDLESS =
      EnumSet.of(Fault.BLACK_HOLE, Fault.SWALLOW_ANSWER, Fault.TRICKLE, Fault.CORRUPT);

  private static final Duration LONG = Duration.ofSeconds(10);

  /** For what must fail: enough for a second try, and not for the pause before a third. */
  private static final Duration SHORT = Duration.ofMillis(250);

  /** Beyond the deadline: a busy machine is slow, and whatever hangs does so for longer. */
  private static final Duration GRACE = Duration.ofSeconds(8);

  /** The requests of a rotation by the host, and which of them write; these are made once. */
  private static final int STEPS_BY_HOST = 6;

  private static final int PUT = 3;
  private static final int MOVE = 6;

  /** The first requests of a rotation by a function of its own: a look, the start, a look. */
  private static final int STEPS_BY_ITSELF = 3;

  private final AwsServer server = new AwsServer();
  private final StrayThreads strays =
      StrayThreads.fromNow("qtp", "Connector-Scheduler-", "fault-proxy-", "Keep-Alive-", "junit-");
  private final FaultProxy proxy = FaultProxy.before(server.port());
  private final AtomicReference<String> endpointsPassword = new AtomicReference<>("first");
  private final Set<String> given = new LinkedHashSet<>();
  private final AwsServer.Held held = server.hold("one", "{\"password\":\"first\"}");
  private final AwsProvider provider = Aws.provider(throughProxy());

  private static Duration limit(Fault fault) {
    return PASSABLE.contains(fault) ? LONG : SHORT;
  }

  private Settings throughProxy() {
    return Aws.settings("http://127.0.0.1:" + proxy.port()).and("read-timeout", "PT5S");
  }

  FaultsTest() {
    held.tag("site", "true");
  }

  @AfterEach
  void close() {
    provider.close();
    proxy.close();
    strays.awaitNone();
    server.close();
  }

  /** What the service can be asked. */
  private enum Ask {
    LIST(Operation.LIST),
    DESCRIBE(Operation.DESCRIBE),
    GET(Operation.GET),
    PUT(Operation.PUT),
    MOVE(Operation.MOVE_STAGE),
    ROTATE(Operation.ROTATE);

    private final Operation operation;

    Ask(Operation operation) {
      this.operation = operation;
    }

    void of(SecretsService service, TimeLimit limit) {
      switch (this) {
        case LIST -> assertThat(service.list(limit)).hasSize(1);
        case DESCRIBE -> assertThat(service.describe("one", limit).name()).isEqualTo("one");
        case GET -> {
          try (StoredValue value = service.value("one", "AWSCURRENT", limit)) {
            assertThat(reveal(value.content())).isEqualTo("{\"password\":\"first\"}");
          }
        }
        case PUT -> {
          try (Secret next = Aws.secret("next")) {
            service.putPending("one", "t".repeat(40), next, false, limit);
          }
        }
        case MOVE -> service.makeCurrent("one", "other", "v1", limit);
        case ROTATE -> service.startRotation("one", "t".repeat(40), false, limit);
      }
    }
  }

  static Stream<Arguments> faultsAndAsks() {
    return faults().flatMap(fault -> Stream.of(Ask.values()).map(ask -> Arguments.of(fault, ask)));
  }

  private static Stream<Arguments> steps(int many) {
    return IntStream.rangeClosed(1, many)
        .boxed()
        .flatMap(step -> faults().map(fault -> Arguments.of(step, fault)));
  }

  static Stream<Arguments> stepsByHost() {
    return steps(STEPS_BY_HOST);
  }

  static Stream<Arguments> stepsByItself() {
    return steps(STEPS_BY_ITSELF);
  }

  static Stream<Fault> faults() {
    return Stream.of(Fault.values()).filter(fault -> fault != Fault.NONE);
  }

  private interface Call {
    void make();
  }

  /** What it failed with, if it did; in time, and in the closed set. */
  private static Optional<ProviderException> made(Duration time, Call call) {
    long start = System.nanoTime();
    try {
      call.make();
      return Optional.empty();
    } catch (ProviderException e) {
      return Optional.of(e);
    } finally {
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(time.plus(GRACE));
    }
  }

  @ParameterizedTest
  @MethodSource("faultsAndAsks")
  void operation_isInTime_atMostOnce_andKnowsWhetherAnythingHappened(Fault fault, Ask ask) {
    held.version("other", "SecretString", "x");
    Wire wire =
        new Wire(
            new Wire.Route(
                Optional.of("eu-central-1"),
                AwsSettings.uri("http://127.0.0.1:" + proxy.port()),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5)),
            (http, region) -> new GuardedKey("AKIDEXAMPLE", Aws.secret("key")),
            Aws.CLOCK,
            "faults",
            new Faults("the service"));
    SecretsService service = new SecretsService(wire, new Faults("the service"), "", 100);
    proxy.fault(fault);

    Optional<ProviderException> failure;
    try (wire) {
      failure =
          made(
              limit(fault),
              () ->
                  ask.of(
                      service, new TimeLimit(Aws.CLOCK.instant().plus(limit(fault)), Aws.CLOCK)));
    }

    List<String> done = server.done();
    assertThat(done).hasSizeLessThanOrEqualTo(1);
    if (ask.operation.hasEffect()) {
      assertThat(server.asked()).hasSizeLessThanOrEqualTo(1);
      if (failure.isEmpty()) {
        assertThat(done).hasSize(1);
      } else if (failure.get().isWithoutEffect()) {
        assertThat(done).isEmpty();
        assertThat(held.labelled("AWSPENDING")).isNull();
        assertThat(held.current()).contains("first");
      }
    } else {
      assertThat(failure.stream()).allMatch(ProviderException::isWithoutEffect);
    }
    if (fault == Fault.REFUSE) {
      assertThat(failure).hasValueSatisfying(e -> assertThat(e.isWithoutEffect()).isTrue());
    }
  }

  @ParameterizedTest
  @MethodSource("faults")
  void health_isDown_orUp_andNeverAnException(Fault fault) {
    proxy.fault(fault);

    Instant deadline = Aws.CLOCK.instant().plus(limit(fault));
    assertThat(made(limit(fault), () -> provider.health(new HealthCheck(deadline)))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void find_isWhole_orAFailure(Fault fault) {
    proxy.fault(fault);

    made(
        limit(fault),
        () ->
            assertThat(provider.find(new FindRequest(ORDERS, "", call(MAYA, "c", limit(fault)))))
                .hasSize(1));

    proxy.fault(Fault.NONE);
    assertThat(Aws.find(provider, MAYA, ORDERS)).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void resolve_isRight_orAFailure_andReleaseNeedsNoNetwork(Fault fault) {
    proxy.fault(fault);

    made(
        limit(fault),
        () -> {
          var lent =
              provider.resolve(new ResolveRequest("one", ORDERS, call(MAYA, "c", limit(fault))));
          try (var credential = lent.credential()) {
            assertThat(reveal(credential.secrets().get(0))).isEqualTo("first");
          }
        });
    ReleaseRequest release = new ReleaseRequest("one", "", call(MAYA, "c", LONG));
    assertThat(made(LONG, () -> provider.release(release))).isEmpty();

    proxy.fault(Fault.NONE);
    assertThat(password(provider, "one")).isEqualTo("first");
  }

  private RotateRequest rotation(PasswordChanger changer, Duration time) {
    return new RotateRequest("one", ORDERS, Optional.ofNullable(changer), call(MAYA, "r", time));
  }

  private void change(PasswordChanger.Change change) {
    assertThat(endpointsPassword.get()).isIn(reveal(change.current()), reveal(change.next()));
    endpointsPassword.set(reveal(change.next()));
    given.add(reveal(change.next()));
  }

  /** Each request has a connection of its own from here on, and this one meets the fault. */
  private void breaks(int step, Fault fault) {
    server.closesConnections();
    if (step == 1) {
      proxy.fault(fault);
    } else {
      proxy.faultAfter(step - 1, fault);
    }
  }

  /** Nothing is there twice, and what is staged is what is current. */
  private void assertNothingIsOwed() {
    assertThat(held.versions).hasSize(2);
    AwsServer.Version current = held.labelled("AWSCURRENT");
    assertThat(held.labelled("AWSPENDING")).isIn(null, current);
  }

  @Rule("OUT-4")
  @ParameterizedTest(name = "step {0} {1}")
  @MethodSource("stepsByHost")
  void rotationByTheHost_thatMeetsAFaultAtAnyStep_isFinishedWithTheSamePassword(
      int step, Fault fault) {
    breaks(step, fault);
    boolean certain = !PASSABLE.contains(fault) && !ENDLESS.contains(fault);
    // A write is not tried again, so it fails at once however long it may take.
    boolean write = step == PUT || step == MOVE;
    Duration limit = certain && write ? LONG : limit(fault);

    Optional<ProviderException> failure =
        made(limit, () -> provider.rotate(rotation(this::change, limit)));

    if (certain && write) {
      assertThat(failure).isPresent();
      assertThat(proxy.accepted()).isEqualTo(fault == Fault.REFUSE ? step - 1 : step);
      assertThat(given).hasSize(step == MOVE ? 1 : 0);
    }
    if (failure.isPresent() && failure.get().isWithoutEffect()) {
      assertThat(server.done()).isEmpty();
      assertThat(held.versions).hasSize(1);
      assertThat(given).isEmpty();
    }
    assertThat(held.versions.values())
        .as("where the endpoint's password is")
        .filteredOn(version -> !version.labels.isEmpty())
        .anyMatch(version -> version.value.contains(endpointsPassword.get()));

    proxy.fault(Fault.NONE);
    provider.rotate(rotation(this::change, Aws.TIME));

    assertThat(server.done()).containsExactly("put", "move");
    assertThat(given).containsExactly(endpointsPassword.get());
    assertThat(password(provider, "one")).isEqualTo(endpointsPassword.get()).isNotEqualTo("first");
    assertNothingIsOwed();
  }

  @Rule("OUT-4")
  @ParameterizedTest(name = "step {0} {1}")
  @MethodSource("stepsByItself")
  void rotationByItself_thatMeetsAFaultAtAnyStep_isBegunOnce(int step, Fault fault) {
    held.rotationEnabled = true;
    held.rotationTakes = 2;
    breaks(step, fault);
    made(limit(fault), () -> provider.rotate(rotation(null, limit(fault))));

    proxy.fault(Fault.NONE);
    provider.rotate(rotation(null, Aws.TIME));

    assertThat(server.done()).containsExactly("rotate");
    assertThat(password(provider, "one")).isEqualTo("made-by-function");
    assertNothingIsOwed();
  }

  @Test
  void interruptedCaller_leavesAtOnce_andStaysInterrupted() {
    proxy.fault(Fault.BLACK_HOLE);
    Thread.currentThread().interrupt();

    long start = System.nanoTime();
    Aws.assertNothingDone(
        () -> Aws.find(provider, MAYA, ORDERS), ProviderException.Failure.TIMED_OUT, "called off");

    assertThat(Thread.interrupted()).isTrue();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void deadlineThatHasPassed_isTimedOut_andNothingIsAsked() {
    Aws.assertNothingDone(
        () -> provider.resolve(new ResolveRequest("one", ORDERS, call(MAYA, "c", Duration.ZERO))),
        ProviderException.Failure.TIMED_OUT);
    assertThat(server.asked()).isEmpty();
  }

  @Test
  void closedInstance_isUnavailable_andClosingTwiceIsHarmless() {
    provider.close();
    provider.close();

    Aws.assertNothingDone(
        () -> Aws.find(provider, MAYA, ORDERS), ProviderException.Failure.UNAVAILABLE, "closed");
  }
}
