package io.postern.credential.vault;

import static io.postern.credential.vault.Failures.assertNothingDone;
import static io.postern.credential.vault.TestVault.MAYA;
import static io.postern.credential.vault.TestVault.ORDERS;
import static io.postern.credential.vault.TestVault.password;
import static io.postern.credential.vault.TestVault.reveal;
import static org.assertj.core.api.Assertions.assertThat;

import io.postern.spi.CallContext;
import io.postern.spi.Settings;
import io.postern.spi.credential.ChecksOutAccounts.CheckOutRequest;
import io.postern.spi.credential.CredentialProvider.Lent;
import io.postern.spi.credential.FindRequest;
import io.postern.spi.credential.Health;
import io.postern.spi.credential.HealthCheck;
import io.postern.spi.credential.PasswordChanger;
import io.postern.spi.credential.ProviderException;
import io.postern.spi.credential.ProviderException.Failure;
import io.postern.spi.credential.ReleaseRequest;
import io.postern.spi.credential.RenewsLeases.RenewRequest;
import io.postern.spi.credential.ResolveRequest;
import io.postern.spi.credential.RotatesCredentials.RotateRequest;
import io.postern.spi.credential.SignsSshCertificates.SignRequest;
import io.postern.spi.credential.SignsSshCertificates.SignedCertificate;
import io.postern.testing.Fault;
import io.postern.testing.FaultProxy;
import io.postern.testing.Rule;
import io.postern.testing.StrayThreads;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Twelve faults of the network by every operation, and by each step of the one that has several:
 * each ends in time, as one of the closed set, and says that nothing was done only where nothing
 * was. Afterwards all that Vault lent is given back or known to be owed, what could not be done can
 * be, and no thread stays (G11).
 */
@Rule({"ECM-6", "ECM-7", "ECM-9"})
class FaultsTest {
  /** What nothing but the limit ends; the others have all the time that a busy machine takes. */
  private static final Set<Fault> ENDLESS =
      EnumSet.of(Fault.BLACK_HOLE, Fault.SWALLOW_ANSWER, Fault.TRICKLE);

  private static final Duration SHORT = Duration.ofMillis(250);
  private static final Duration LONG = Duration.ofSeconds(10);

  /** Beyond the limit: a busy machine is slow, and whatever hangs does so for longer. */
  private static final Duration GRACE = Duration.ofSeconds(8);

  private static final String KEPT = "kv:postern/app";
  private static final String DYNAMIC = "database:orders-db-ro";
  private static final String STATIC = "database-static:orders-db-app";
  private static final String ONE_TIME = "ssh-otp:orders-db-otp:app";
  private static final String LIBRARY = "ldap-library:orders-db-team";
  private static final String SIGNED = "ssh-sign:orders-db-ops:ubuntu";

  /** The requests of a rotation of a password that Vault only keeps. */
  private static final int STEPS = 5;

  /** How many of them come before the password is changed at the endpoint. */
  private static final int STEPS_BEFORE_CHANGE = 3;

  /** What a provider is asked, what reaches Vault for it, and whether that does something. */
  enum Operation {
    HEALTH(false, "GET", "sys/health?perfstandbyok=true&standbyok=true"),
    FIND(false, "GET", "secret/metadata/postern/?list=true"),
    RESOLVE(false, "GET", "secret/data/postern/app"),
    RESOLVE_DYNAMIC(true, "GET", "database/creds/orders-db-ro"),
    ONE_TIME_PASSWORD(true, "POST", "ssh/creds/orders-db-otp"),
    RELEASE(true, "POST", "sys/leases/revoke"),
    CHECK_OUT(true, "POST", "ldap/library/orders-db-team/check-out"),
    CHECK_IN(true, "POST", "sys/leases/revoke"),
    RENEW(false, "POST", "sys/leases/renew"),
    ROTATE_STATIC(true, "POST", "database/rotate-role/orders-db-app"),
    SIGN(false, "POST", "ssh/sign/orders-db-ops");

    final boolean acts;
    final String method;
    final String path;

    Operation(boolean acts, String method, String path) {
      this.acts = acts;
      this.method = method;
      this.path = path;
    }
  }

  private static TestVault vault;

  private final String publicKey = SshAuthority.newPublicKey();
  private PlayedVault played;
  private KeptSecret kept;
  private StrayThreads strays;
  private FaultProxy proxy;
  private VaultProvider provider;

  /**
   * Under which Vault lent what an operation is about; empty when it lent nothing, or nobody saw.
   */
  private String lease = "";

  @BeforeAll
  static void start() {
    vault = new TestVault();
  }

  @AfterAll
  static void stop() {
    vault.close();
  }

  @BeforeEach
  void begin() {
    played = new PlayedVault(vault.anew(), vault.clock);
    vault.on("GET", "secret/metadata/postern/?list=true", 200, KvTest.list("app"));
    String forAll = "{\"postern-everyone\": \"true\"}";
    vault.on("GET", "secret/metadata/postern/app", 200, KvTest.metadata(forAll, ""));
    kept = new KeptSecret(vault, "postern/app", forAll);
    kept.holds("{\"username\": \"app\", \"password\": \"first\"}");
    strays = StrayThreads.fromNow("qtp", "Connector-Scheduler-", "fault-proxy-");
    proxy = FaultProxy.before(vault.server.port());
    Settings settings =
        vault
            .settings()
            .and("address", "http://127.0.0.1:" + proxy.port())
            .and("kv-paths", "postern/")
            .and("database-roles", "orders-db-ro for everyone")
            .and("database-static-roles", "orders-db-app for everyone")
            .and("ldap-libraries", "orders-db-team for everyone")
            .and("ssh-otp-roles", "orders-db-otp as app for everyone")
            .and("ssh-sign-roles", "orders-db-ops as ubuntu for everyone");
    provider = vault.provider(settings);
    // The log-on goes well, so that it is the operation that meets the fault.
    assertWell();
  }

  @AfterEach
  void end() {
    provider.close();
    strays.awaitNone();
    proxy.close();
  }

  private void assertWell() {
    Health health = provider.health(vault.health());
    assertThat(health.usable()).as(health.detail()).isTrue();
  }

  private static Stream<Fault> faults() {
    return Stream.of(Fault.values()).filter(fault -> fault != Fault.NONE);
  }

  static Stream<Arguments> everything() {
    return Stream.of(Operation.values())
        .flatMap(operation -> faults().map(fault -> Arguments.of(operation, fault)));
  }

  static Stream<Arguments> everyStep() {
    return IntStream.rangeClosed(1, STEPS)
        .boxed()
        .flatMap(step -> faults().map(fault -> Arguments.of(step, fault)));
  }

  private static Duration limit(Fault fault) {
    return ENDLESS.contains(fault) ? SHORT : LONG;
  }

  /** What it failed with, if it did; in time. */
  private static Optional<ProviderException> made(Duration limit, Runnable call) {
    long start = System.nanoTime();
    try {
      call.run();
      return Optional.empty();
    } catch (ProviderException e) {
      return Optional.of(e);
    } finally {
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as("hangs")
          .isLessThan(limit.plus(GRACE));
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @MethodSource("everything")
  void fault_endsInTime_isHonestAboutItsEffect_andLeavesNothingThatNobodyKnowsOf(
      Operation operation, Fault fault) {
    prepare(operation);
    vault.server.resetRequests();
    int before = proxy.accepted();
    proxy.fault(fault);

    Optional<ProviderException> failure =
        made(limit(fault), () -> run(operation, "call", limit(fault)));

    int reached = vault.asked(operation.method, operation.path);
    if (operation.acts) {
      assertThat(reached).as("never twice").isLessThanOrEqualTo(1);
    }
    if (failure.isEmpty()) {
      assertThat(reached).as("no answer out of nothing").isPositive();
    } else {
      assertHonest(operation, fault, failure.get(), reached, proxy.accepted() > before);
    }

    // And when all is well again, all is well again.
    proxy.fault(Fault.NONE);
    assertWell();
    settle(operation, failure);
    assertThat(played.outstanding()).as("leases that nobody will give back").isZero();
  }

  /** Of a kept connection that breaks a reading client may think that it had ended before. */
  @ParameterizedTest
  @EnumSource(
      value = Operation.class,
      names = {
        "RESOLVE_DYNAMIC",
        "ONE_TIME_PASSWORD",
        "RELEASE",
        "CHECK_OUT",
        "CHECK_IN",
        "ROTATE_STATIC"
      })
  void keptConnection_thatIsLostOnceItWasDone_hasNothingDoneTwice(Operation operation) {
    prepare(operation);
    vault.server.resetRequests();
    // Cuts those there are, and lets through those that come.
    played.onceDone(() -> proxy.fault(Fault.NONE));

    Optional<ProviderException> failure = made(LONG, () -> run(operation, "call", LONG));

    assertThat(failure)
        .hasValueSatisfying(
            e -> {
              assertThat(e.failure()).isEqualTo(Failure.UNAVAILABLE);
              assertThat(e.isWithoutEffect()).isFalse();
            });
    assertThat(vault.asked(operation.method, operation.path)).isLessThanOrEqualTo(1);
    settle(operation, failure);
    assertThat(played.outstanding()).isZero();
  }

  private static void assertHonest(
      Operation operation, Fault fault, ProviderException thrown, int reached, boolean metIt) {
    String text = thrown.logText();
    if (reached > 0 && operation.acts) {
      assertThat(thrown.isWithoutEffect()).as("it was done: " + text).isFalse();
    }
    if (!operation.acts || text.contains("ConnectException")) {
      assertThat(thrown.isWithoutEffect()).as(text).isTrue();
    }
    if (!ENDLESS.contains(fault)) {
      assertThat(thrown.failure()).as(text).isEqualTo(Failure.UNAVAILABLE);
    } else if (metIt) {
      assertThat(thrown.failure()).as(text).isEqualTo(Failure.TIMED_OUT);
    } else {
      // A kept connection that the proxy cut when it was told to break is a broken one.
      assertThat(thrown.failure()).as(text).isIn(Failure.UNAVAILABLE, Failure.TIMED_OUT);
    }
  }

  /** Has Vault lend what the operation is about, while all is well. */
  private void prepare(Operation operation) {
    switch (operation) {
      case RELEASE, RENEW -> run(Operation.RESOLVE_DYNAMIC, "call", LONG);
      case CHECK_IN -> run(Operation.CHECK_OUT, "call", LONG);
      // So that it is known how long what it lends lives.
      case RESOLVE_DYNAMIC -> run(Operation.FIND, "call-find", LONG);
      default -> {}
    }
    assertThat(played.outstanding()).isEqualTo(lease.isEmpty() ? 0 : 1);
  }

  private void run(Operation operation, String callId, Duration limit) {
    CallContext call = vault.call(MAYA, callId, limit);
    Instant soon = vault.clock.instant().plusSeconds(60);
    switch (operation) {
      case HEALTH -> {
        var health = provider.health(new HealthCheck(vault.clock.instant().plus(limit)));
        if (!health.usable()) {
          // Down is its answer; here it is looked at as the others are.
          throw ProviderException.withoutEffect(
              health.detail().contains("in time") ? Failure.TIMED_OUT : Failure.UNAVAILABLE,
              health.detail(),
              health.detail(),
              null);
        }
      }
      case FIND ->
          assertThat(provider.find(new FindRequest(ORDERS, "", call)))
              .extracting(found -> found.key())
              .containsExactlyInAnyOrder(KEPT, DYNAMIC, STATIC, ONE_TIME, LIBRARY, SIGNED);
      case RESOLVE ->
          assertThat(password(provider.resolve(new ResolveRequest(KEPT, ORDERS, call))))
              .isEqualTo("first");
      case RESOLVE_DYNAMIC ->
          lent(
              provider.resolve(new ResolveRequest(DYNAMIC, ORDERS, call)),
              "dynamic-password-",
              "database/creds/orders-db-ro/");
      case ONE_TIME_PASSWORD ->
          lent(
              provider.resolve(new ResolveRequest(ONE_TIME, ORDERS, call)),
              "one-time-password-",
              "ssh/creds/orders-db-otp/");
      case CHECK_OUT ->
          lent(
              provider.checkOut(new CheckOutRequest(LIBRARY, ORDERS, soon, call)),
              "library-password-",
              "ldap/library/orders-db-team/check-out/");
      case RELEASE -> provider.release(new ReleaseRequest(DYNAMIC, lease, call));
      case CHECK_IN -> provider.checkIn(new ReleaseRequest(LIBRARY, lease, call));
      case RENEW -> {
        Instant until = vault.clock.instant().plusSeconds(3_600);
        assertThat(provider.renew(new RenewRequest(DYNAMIC, lease, until, call)).expiresAt())
            .contains(until);
      }
      case ROTATE_STATIC ->
          provider.rotate(new RotateRequest(STATIC, ORDERS, Optional.empty(), call));
      case SIGN -> {
        SignedCertificate signed =
            provider.sign(new SignRequest(SIGNED, ORDERS, publicKey, soon, call));
        assertThat(signed.username()).isEqualTo("ubuntu");
        assertThat(signed.lease().expiresAt()).contains(soon);
        assertThat(SshCertificate.read(signed.certificate()).isFor(publicKey)).isTrue();
      }
    }
  }

  private void lent(Lent lent, String password, String under) {
    lease = lent.lease().reference();
    assertThat(password(lent)).startsWith(password);
    assertThat(lease).startsWith(under);
  }

  /** What was not done is done now; what was lent is given back, or said to be owed. */
  private void settle(Operation operation, Optional<ProviderException> failure) {
    switch (operation) {
      case HEALTH, FIND, RESOLVE, SIGN -> run(operation, "call-again", LONG);
      case RELEASE, CHECK_IN -> run(operation, "call", LONG);
      case RENEW -> {
        run(operation, "call-again", LONG);
        run(Operation.RELEASE, "call", LONG);
      }
      case ROTATE_STATIC -> {
        run(operation, "call", LONG);
        // Asked again, it does nothing once it was heard that it is done.
        assertThat(played.rotations()).isBetween(1, failure.isEmpty() ? 1 : 2);
        ResolveRequest resolve = vault.resolve(STATIC);
        assertThat(password(provider.resolve(resolve))).isEqualTo(played.staticPassword());
      }
      case RESOLVE_DYNAMIC -> settle(operation, DYNAMIC, failure);
      case ONE_TIME_PASSWORD -> settle(operation, ONE_TIME, failure);
      case CHECK_OUT -> settle(operation, LIBRARY, failure);
    }
  }

  private void settle(Operation operation, String key, Optional<ProviderException> failure) {
    if (failure.isPresent() && failure.get().isWithoutEffect()) {
      assertThat(played.outstanding()).as("lent by what had no effect").isZero();
    }
    assertThat(played.outstanding()).as("lent twice").isLessThanOrEqualTo(1);
    if (failure.isPresent() && !failure.get().isWithoutEffect()) {
      // Vault may have lent it, under a lease that nobody has: that is not said to be given back.
      assertNothingDone(() -> giveBack(key, "call"), Failure.DENIED, "was lost");
      vault.clock.advance(Duration.ofHours(2)); // It has ended by itself.
      if (operation != Operation.ONE_TIME_PASSWORD) { // Of these Vault does not say how long.
        giveBack(key, "call");
      }
    } else {
      giveBack(key, "call");
    }
    assertThat(played.outstanding()).isZero();

    run(operation, "call-again", LONG);
    assertThat(played.outstanding()).isEqualTo(1);
    giveBack(key, "call-again");
  }

  private void giveBack(String key, String callId) {
    provider.release(new ReleaseRequest(key, lease, vault.call(MAYA, callId, LONG)));
    lease = "";
  }

  @Rule("OUT-4")
  @ParameterizedTest(name = "step {0} {1}")
  @MethodSource("everyStep")
  void keptPassword_whoseRotationMeetsAFaultAtAnyStep_isRotatedOnce_andLocksNobodyOut(
      int step, Fault fault) {
    // Each step has a connection of its own from here on.
    vault.closesConnections = true;
    assertWell();
    AtomicReference<String> endpoint = new AtomicReference<>("first");
    Set<String> given = new LinkedHashSet<>();
    PasswordChanger changer =
        change -> {
          assertThat(endpoint.get()).isIn(reveal(change.current()), reveal(change.next()));
          endpoint.set(reveal(change.next()));
          given.add(endpoint.get());
        };
    int version = kept.version();
    int before = proxy.accepted();
    if (step == 1) {
      proxy.fault(fault);
    } else {
      proxy.faultAfter(step - 1, fault);
    }

    Optional<ProviderException> failure =
        made(limit(fault), () -> provider.rotate(rotation(changer, limit(fault))));

    assertThat(kept.data()).as("where the endpoint's password is").contains(endpoint.get());
    if (failure.isPresent()) {
      assertThat(failure.get().failure()).isIn(Failure.UNAVAILABLE, Failure.TIMED_OUT);
      if (failure.get().isWithoutEffect()) {
        assertThat(kept.version()).isEqualTo(version);
        assertThat(given).isEmpty();
      }
      boolean everyTime = !ENDLESS.contains(fault) && fault != Fault.FLAPPING;
      if (everyTime) {
        // It was this step that met it.
        assertThat(proxy.accepted() - before).isEqualTo(fault == Fault.REFUSE ? step - 1 : step);
        assertThat(given).hasSize(step > STEPS_BEFORE_CHANGE ? 1 : 0);
      }
    } else {
      assertThat(fault).isIn(Fault.HALF_CLOSE, Fault.FLAPPING);
      assertThat(given).hasSize(1);
    }

    proxy.fault(Fault.NONE);
    assertWell();
    provider.rotate(rotation(changer, LONG));

    assertThat(given).containsExactly(endpoint.get());
    assertThat(kept.version()).as("versions that were written").isEqualTo(version + 2);
    assertThat(kept.data()).doesNotContain(KvRotation.PENDING);
    assertThat(password(provider.resolve(vault.resolve(KEPT)))).isEqualTo(endpoint.get());
  }

  private RotateRequest rotation(PasswordChanger changer, Duration limit) {
    CallContext call = vault.call(MAYA, "call-rotate", limit);
    return new RotateRequest(KEPT, ORDERS, Optional.of(changer), call);
  }
}
