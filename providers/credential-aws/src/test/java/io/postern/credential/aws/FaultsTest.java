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
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Twelve ways in which a network breaks, before each operation: no call outlives its deadline, none
 * answers wrongly, none acts twice, and what says that nothing happened is right (goal G11).
 */
@Rule({"ECM-6", "ECM-7", "ECM-9"})
@Timeout(60)
class FaultsTest {
  private static final Duration TIME = Duration.ofMillis(900);

  /** Enough, on a busy machine too, to get to the middle of a rotation. */
  private static final Duration HALF_WAY = Duration.ofSeconds(3);

  /** Beyond the deadline: a busy machine is slow, and whatever hangs does so for longer. */
  private static final Duration GRACE = Duration.ofSeconds(8);

  private final AwsServer server = new AwsServer();
  private final FaultProxy proxy = FaultProxy.before(server.port());
  private final AtomicReference<String> endpointsPassword = new AtomicReference<>("first");
  private final AwsServer.Held held = server.hold("one", "{\"password\":\"first\"}");
  private final AwsProvider provider = Aws.provider(throughProxy());

  private Settings throughProxy() {
    return Aws.settings("http://127.0.0.1:" + proxy.port()).and("read-timeout", "PT1.5S");
  }

  FaultsTest() {
    held.tag("site", "true");
  }

  @AfterEach
  void close() {
    provider.close();
    proxy.close();
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

  static Stream<Fault> faults() {
    return Stream.of(Fault.values()).filter(fault -> fault != Fault.NONE);
  }

  private interface Call {
    void make();
  }

  /** What it failed with, if it did; in time, and in the closed set. */
  private static Optional<ProviderException> made(Call call) {
    return made(TIME, call);
  }

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
                Duration.ofSeconds(1),
                Duration.ofMillis(1_500)),
            (http, region) -> new GuardedKey("AKIDEXAMPLE", Aws.secret("key")),
            Aws.CLOCK,
            "faults",
            new Faults("the service"));
    SecretsService service = new SecretsService(wire, new Faults("the service"), "", 100);
    proxy.fault(fault);

    Optional<ProviderException> failure;
    try (wire) {
      failure =
          made(() -> ask.of(service, new TimeLimit(Aws.CLOCK.instant().plus(TIME), Aws.CLOCK)));
    }

    List<String> done = server.done();
    assertThat(done).hasSizeLessThanOrEqualTo(1);
    if (ask.operation.hasEffect()) {
      assertThat(server.asked()).hasSizeLessThanOrEqualTo(1);
      if (failure.isEmpty()) {
        assertThat(done).hasSize(1);
      } else if (failure.get().isWithoutEffect()) {
        assertThat(done).isEmpty();
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

    assertThat(made(() -> provider.health(new HealthCheck(Aws.CLOCK.instant().plus(TIME)))))
        .isEmpty();
  }

  @ParameterizedTest
  @MethodSource("faults")
  void find_isWhole_orAFailure(Fault fault) {
    proxy.fault(fault);

    made(
        () ->
            assertThat(provider.find(new FindRequest(ORDERS, "", call(MAYA, "c", TIME))))
                .hasSize(1));

    proxy.fault(Fault.NONE);
    assertThat(Aws.find(provider, MAYA, ORDERS)).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource("faults")
  void resolve_isRight_orAFailure_andReleaseNeedsNoNetwork(Fault fault) {
    proxy.fault(fault);

    made(
        () -> {
          var lent = provider.resolve(new ResolveRequest("one", ORDERS, call(MAYA, "c", TIME)));
          try (var credential = lent.credential()) {
            assertThat(reveal(credential.secrets().get(0))).isEqualTo("first");
          }
        });
    assertThat(made(() -> provider.release(new ReleaseRequest("one", "", call(MAYA, "c", TIME)))))
        .isEmpty();

    proxy.fault(Fault.NONE);
    assertThat(password(provider, "one")).isEqualTo("first");
  }

  private RotateRequest rotation(PasswordChanger changer, Duration time) {
    return new RotateRequest("one", ORDERS, Optional.ofNullable(changer), call(MAYA, "r", time));
  }

  private void change(PasswordChanger.Change change) {
    assertThat(endpointsPassword.get()).isIn(reveal(change.current()), reveal(change.next()));
    endpointsPassword.set(reveal(change.next()));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void rotationByTheHost_thatLosesTheNetworkHalfWay_isFinishedWithTheSamePassword(Fault fault) {
    Optional<ProviderException> failure =
        made(
            HALF_WAY,
            () ->
                provider.rotate(
                    rotation(
                        change -> {
                          change(change);
                          proxy.fault(fault);
                        },
                        HALF_WAY)));
    assertThat(failure.stream()).allMatch(e -> !e.isWithoutEffect());

    proxy.fault(Fault.NONE);
    provider.rotate(rotation(this::change, Aws.TIME));

    assertThat(server.done()).containsExactly("put", "move");
    assertThat(password(provider, "one")).isEqualTo(endpointsPassword.get()).isNotEqualTo("first");
  }

  @ParameterizedTest
  @MethodSource("faults")
  void rotationByItself_thatMeetsAFault_isBegunOnce(Fault fault) {
    held.rotationEnabled = true;
    held.rotationTakes = 2;
    proxy.fault(fault);
    made(() -> provider.rotate(rotation(null, TIME)));

    proxy.fault(Fault.NONE);
    provider.rotate(rotation(null, Aws.TIME));

    assertThat(server.done()).containsExactly("rotate");
    assertThat(password(provider, "one")).isEqualTo("made-by-function");
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
